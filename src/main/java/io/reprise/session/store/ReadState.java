package io.reprise.session.store;

import java.util.List;

/**
 * How far a session was read by its user.
 *
 * @param seq every event up to this one counts as seen
 * @param unread the last event of each finished message of the assistant that was not seen, in order; at most
 *     {@code sessions.unreadMax} of them, the newest
 */
public record ReadState(long seq, List<Long> unread) {
    public static final ReadState NOTHING = new ReadState(0, List.of());

    public ReadState {
        unread = List.copyOf(unread);
    }
}
