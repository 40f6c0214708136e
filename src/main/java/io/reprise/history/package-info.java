/**
 * Computes messages, pages, search results and exports from the log. Read {@link io.reprise.history.Conversation}
 * first.
 */
package io.reprise.history;
