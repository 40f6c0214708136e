/**
 * Puts tool calls together from the pieces that a stream brings. The rules are the table in {@link
 * io.reprise.model.provider.call.CallAssembler}.
 */
package io.reprise.model.provider.call;
