/**
 * What a log says: the fold of events to messages, pages, search and export. Read {@link
 * io.reprise.history.Conversation} first.
 */
package io.reprise.history;
