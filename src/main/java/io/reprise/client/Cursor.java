package io.reprise.client;

/**
 * A position in the log of a session: its last event that was applied.
 *
 * @param epoch changes when the log is not a continuation of what a client may have seen
 * @param seq number of the event, from 1; 0 before the first
 */
public record Cursor(String epoch, long seq) {
    public Cursor {
        if (epoch == null || epoch.isEmpty()) throw new IllegalArgumentException("a cursor needs an epoch");
        if (seq < 0) throw new IllegalArgumentException("a cursor is not negative: " + seq);
    }
}
