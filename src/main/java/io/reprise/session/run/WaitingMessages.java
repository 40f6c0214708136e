package io.reprise.session.run;

import io.reprise.config.SessionSettings;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.QueuedMessage;
import io.reprise.message.content.Content;
import io.reprise.message.log.LogEvent;
import io.reprise.session.log.SessionParts;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The queue of messages that wait for the end of a run. Every change is an event that contains the whole queue. */
public final class WaitingMessages {
    private final SessionParts parts;
    private final List<QueuedMessage> messages;

    public WaitingMessages(SessionParts parts, List<QueuedMessage> stored) {
        this.parts = parts;
        this.messages = new ArrayList<>(stored);
    }

    public List<QueuedMessage> all() {
        return List.copyOf(messages);
    }

    public boolean isEmpty() {
        return messages.isEmpty();
    }

    /** Whether it has no place among them: each change writes all of them, so their bytes count as well. */
    public boolean isFull(QueuedMessage message) {
        return messages.size() >= limits().queueMax() || bytes() + message.bytes() > limits().queueBytesMax();
    }

    /** As above, for a message that stops the run: it may exceed the limit of other messages by one. */
    public boolean isFullForUrgent() {
        return messages.size() > limits().queueMax() || bytes() > limits().queueBytesMax();
    }

    private long bytes() {
        return messages.stream().mapToLong(QueuedMessage::bytes).sum();
    }

    private SessionSettings limits() {
        return parts.settings().sessions();
    }

    public void addFirst(QueuedMessage message) {
        messages.addFirst(message);
        changed();
    }

    /** Returns messages that a run received and lost in a restart: they steer it again, in their order. */
    public void putBack(List<QueuedMessage> given) {
        if (given.isEmpty()) return;
        messages.addAll(0, given);
        changed();
    }

    /**
     * Adds a steering message: after other messages that do not wait for the run's end and before those that do. So it
     * is the next one if the run ends without receiving it.
     */
    public void addSteering(QueuedMessage message) {
        int place = 0;
        while (place < messages.size() && !messages.get(place).onBusy().equals(OnBusy.QUEUE.wire())) place++;
        messages.add(place, message);
        changed();
    }

    /** Removes and returns the messages that are to steer a run. */
    public List<QueuedMessage> takeSteering() {
        List<QueuedMessage> taken = messages.stream()
                .filter(message -> message.onBusy().equals(OnBusy.STEER.wire()))
                .toList();
        if (taken.isEmpty()) return taken;
        messages.removeAll(taken);
        changed();
        return taken;
    }

    public void add(QueuedMessage message) {
        messages.add(message);
        changed();
    }

    public Optional<QueuedMessage> poll() {
        if (messages.isEmpty()) return Optional.empty();
        QueuedMessage first = messages.removeFirst();
        changed();
        return Optional.of(first);
    }

    /** Returns whether the message was in the queue. */
    public boolean remove(String message) {
        boolean removed = messages.removeIf(m -> m.message().equals(message));
        if (removed) changed();
        return removed;
    }

    /** The result of a change. */
    public enum Replaced {
        DONE,
        /** The message is not in the queue any more. */
        GONE,
        /** With the new text the queue would exceed its limit. */
        FULL
    }

    public Replaced replace(String message, String text) {
        for (int i = 0; i < messages.size(); i++) {
            QueuedMessage before = messages.get(i);
            if (!before.message().equals(message)) continue;
            Content content = before.content().withText(text);
            int more = content.bytes() - before.content().bytes();
            if (more > 0 && bytes() + more > limits().queueBytesMax()) return Replaced.FULL;
            messages.set(i, before.with(content));
            changed();
            return Replaced.DONE;
        }
        return Replaced.GONE;
    }

    /** Returns the ids of the removed messages. */
    public List<String> clear() {
        List<String> removed = messages.stream().map(QueuedMessage::message).toList();
        messages.clear();
        if (!removed.isEmpty()) changed();
        return removed;
    }

    private void changed() {
        parts.log()
                .number(
                        LogEvent.Custom.of(new LogEvent.QueueChanged(
                                all().stream().map(QueuedMessage::shown).toList())),
                        null,
                        parts.time().nowMs());
        parts.appends().next().queue(all());
    }
}
