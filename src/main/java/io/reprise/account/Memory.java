package io.reprise.account;

/**
 * A note about a user that outlives conversations.
 *
 * @param number increases with each note, for pages of lists
 */
public record Memory(long number, String id, String text, Source source, long createdMs) {
    /** Who saved it. */
    public enum Source {
        PERSON,
        AGENT
    }
}
