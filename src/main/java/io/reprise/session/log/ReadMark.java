package io.reprise.session.log;

import io.reprise.message.Role;
import io.reprise.session.store.Change.Said;
import io.reprise.session.store.ReadState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Counts the messages that the user of a session has not seen: finished messages of the assistant that have a text. It
 * changes only together with rows of the log or by a command, so a growing text costs nothing.
 */
public final class ReadMark {
    private final IntSupplier unreadMax;
    private ReadState state;

    /** @param unreadMax limit of the count; of more messages only the newest count */
    public ReadMark(ReadState state, IntSupplier unreadMax) {
        this.state = state;
        this.unreadMax = unreadMax;
    }

    /** The last event that counts as seen. */
    public long seq() {
        return state.seq();
    }

    /** How many messages were not seen; at the limit there may be more. */
    public int unread() {
        return state.unread().size();
    }

    /** A message is complete, and is stored with {@code next}. */
    public void said(Said message, NextAppend next) {
        if (message.role() != Role.ASSISTANT) return;
        List<Long> all = new ArrayList<>(state.unread());
        all.add(message.endSeq());
        int over = all.size() - unreadMax.getAsInt();
        change(state.seq(), over > 0 ? all.subList(over, all.size()) : all, false, next);
    }

    /**
     * What follows {@code seq} is superseded, so nobody has to see it. Of a message that began before, for instance before
     * the message that steered its run, only the beginning is left: it has no end, and does not count either.
     */
    public void rewound(long seq, NextAppend next) {
        List<Long> left = state.unread().stream().filter(end -> end <= seq).toList();
        if (left.size() < state.unread().size()) change(state.seq(), left, false, next);
    }

    /** The log is being cleared up to {@code seq}. */
    public void cleared(long seq, NextAppend next) {
        if (seq > state.seq()) change(seq, List.of(), true, next);
    }

    /**
     * The user has seen everything up to {@code seq}.
     *
     * @return whether that was news; an older mark changes nothing
     */
    public boolean read(long seq, NextAppend next) {
        if (seq <= state.seq()) return false;
        change(seq, state.unread().stream().filter(end -> end > seq).toList(), true, next);
        return true;
    }

    private void change(long seq, List<Long> unread, boolean isRead, NextAppend next) {
        state = new ReadState(seq, unread);
        next.read(state, isRead);
    }
}
