package io.reprise.session.store;

/**
 * What a session needs to know of its log.
 *
 * @param lastMessage the last message that is not void, or null
 * @param beforeRun the last one before the last run, or null
 * @param first the first event that the store has, or the one behind the head
 */
public record Outline(String lastMessage, String beforeRun, long first) {
    public static final Outline EMPTY = new Outline(null, null, 1);
}
