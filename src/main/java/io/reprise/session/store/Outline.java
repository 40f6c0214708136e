package io.reprise.session.store;

/**
 * Facts about the log that a session needs.
 *
 * @param lastMessage the last message that is not superseded, or null
 * @param beforeRun the last such message before the last run, or null
 * @param first first event in the store; head + 1 if there is none
 */
public record Outline(String lastMessage, String beforeRun, long first) {
    public static final Outline EMPTY = new Outline(null, null, 1);
}
