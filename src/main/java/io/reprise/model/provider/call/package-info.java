/**
 * Assembles tool calls from streamed parts. The rules are the table in {@link
 * io.reprise.model.provider.call.CallAssembler}.
 */
package io.reprise.model.provider.call;
