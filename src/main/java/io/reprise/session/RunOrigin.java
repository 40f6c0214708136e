package io.reprise.session;

import io.reprise.message.LogEvent.MessageMetadata;
import io.reprise.message.LogEvent.RunMetadata;
import io.reprise.message.QueuedMessage;

/**
 * What starts a run.
 *
 * @param name {@code user} or {@code recall}
 * @param recall which one, or null
 * @param slotMs the slot of the recall, or null
 */
record RunOrigin(String name, String recall, Long slotMs) {
    static final RunOrigin USER = new RunOrigin("user", null, null);

    static RunOrigin ofRecall(String recall, long slotMs) {
        return new RunOrigin("recall", recall, slotMs);
    }

    RunMetadata metadata() {
        return new RunMetadata(name, recall);
    }

    MessageMetadata metadataOf(QueuedMessage message) {
        return recall == null
                ? new MessageMetadata(message.command(), message.by())
                : MessageMetadata.ofRecall(recall, message.by());
    }
}
