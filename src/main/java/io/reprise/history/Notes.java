package io.reprise.history;

import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Events between messages while messages are computed from a log: each belongs to the message before it. */
final class Notes {
    /** Of one message; older ones are dropped. A run has few of them between two messages. */
    private static final int PER_MESSAGE_MAX = 20;

    private final Deque<Placed> placed = new ArrayDeque<>();

    /** Those before the first message of these. */
    private final List<ChatMessage.Note> early = new ArrayList<>();

    private record Placed(MessageBuilder message, ChatMessage.Note note) {}

    /** @param before the message before it, or null */
    void add(LogRow.Single row, LogEvent.CustomValue value, MessageBuilder before) {
        ChatMessage.Note note =
                new ChatMessage.Note(row.run(), row.seq(), MessageBuilder.time(row.atMs()), value.name(), value);
        if (before != null) place(before, note);
        else if (early.size() < PER_MESSAGE_MAX) early.add(note);
    }

    /** A message was added. */
    void begins(MessageBuilder message) {
        early.forEach(note -> place(message, note));
        early.clear();
    }

    /** Drops those behind {@code toSeq}. */
    void rewind(long toSeq) {
        while (!placed.isEmpty() && placed.getLast().note().seq() > toSeq) {
            Placed last = placed.removeLast();
            last.message().notes.remove(last.note());
        }
        early.removeIf(note -> note.seq() > toSeq);
    }

    /** No message that there is can change. */
    void forget() {
        placed.clear();
    }

    private void place(MessageBuilder message, ChatMessage.Note note) {
        message.notes.add(note);
        placed.addLast(new Placed(message, note));
        if (message.notes.size() > PER_MESSAGE_MAX) message.notes.removeFirst();
    }
}
