package io.reprise.session;

import io.reprise.message.Command.OnBusy;
import io.reprise.message.LogEvent;
import io.reprise.message.QueuedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The messages that wait for the run before them. Every change is an event that carries the whole queue. */
final class WaitingMessages {
    private final SessionParts parts;
    private final List<QueuedMessage> messages;

    WaitingMessages(SessionParts parts, List<QueuedMessage> stored) {
        this.parts = parts;
        this.messages = new ArrayList<>(stored);
    }

    List<QueuedMessage> all() {
        return List.copyOf(messages);
    }

    boolean isFull() {
        return messages.size() >= parts.settings().sessions().queueMax();
    }

    /** One more than the others may wait if it stops the run. */
    boolean isFullForUrgent() {
        return messages.size() > parts.settings().sessions().queueMax();
    }

    void addFirst(QueuedMessage message) {
        messages.addFirst(message);
        changed();
    }

    /** A run was given them and does not know of them any more: they are to steer it again, in their order. */
    void putBack(List<QueuedMessage> given) {
        if (given.isEmpty()) return;
        messages.addAll(0, given);
        changed();
    }

    /** Behind the others that do not wait for the run's end, before those that do: so it is first when it is left over. */
    void addSteering(QueuedMessage message) {
        int place = 0;
        while (place < messages.size() && !messages.get(place).onBusy().equals(OnBusy.QUEUE.wire())) place++;
        messages.add(place, message);
        changed();
    }

    /** Takes the messages that are to steer a run. */
    List<QueuedMessage> takeSteering() {
        List<QueuedMessage> taken = messages.stream()
                .filter(message -> message.onBusy().equals(OnBusy.STEER.wire()))
                .toList();
        if (taken.isEmpty()) return taken;
        messages.removeAll(taken);
        changed();
        return taken;
    }

    void add(QueuedMessage message) {
        messages.add(message);
        changed();
    }

    Optional<QueuedMessage> poll() {
        if (messages.isEmpty()) return Optional.empty();
        QueuedMessage first = messages.removeFirst();
        changed();
        return Optional.of(first);
    }

    /** Returns whether it was there. */
    boolean remove(String message) {
        boolean removed = messages.removeIf(m -> m.message().equals(message));
        if (removed) changed();
        return removed;
    }

    /** Returns whether it was there. */
    boolean replace(String message, String text) {
        for (int i = 0; i < messages.size(); i++) {
            if (!messages.get(i).message().equals(message)) continue;
            messages.set(i, messages.get(i).withText(text));
            changed();
            return true;
        }
        return false;
    }

    /** Returns what was removed. */
    List<String> clear() {
        List<String> removed = messages.stream().map(QueuedMessage::message).toList();
        messages.clear();
        if (!removed.isEmpty()) changed();
        return removed;
    }

    private void changed() {
        parts.log()
                .number(
                        LogEvent.Custom.of(new LogEvent.QueueChanged(all())),
                        null,
                        parts.time().nowMs());
        parts.appends().next().queue(all());
    }
}
