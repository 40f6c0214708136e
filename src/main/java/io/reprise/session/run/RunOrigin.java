package io.reprise.session.run;

import io.reprise.message.QueuedMessage;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.RunMetadata;
import io.reprise.session.store.EventStore;

/**
 * What starts a run.
 *
 * @param name {@code user} or {@code recall}
 * @param recall which one, or null
 * @param slotMs the slot of the recall, or null
 * @param resumes the run that it goes on with, or null
 */
public record RunOrigin(String name, String recall, Long slotMs, String resumes) {
    static final RunOrigin USER = new RunOrigin("user", null, null, null);

    public static RunOrigin ofRecall(String recall, long slotMs) {
        return new RunOrigin("recall", recall, slotMs, null);
    }

    /** The recall had its run: its slot is not that of the one that goes on. */
    static RunOrigin resuming(EventStore.RunRow run) {
        return new RunOrigin(run.origin(), null, null, run.id());
    }

    /** Somebody asked for it. */
    static RunOrigin goingOn(String run) {
        return new RunOrigin("user", null, null, run);
    }

    RunMetadata metadata() {
        return new RunMetadata(name, recall, resumes);
    }

    MessageMetadata metadataOf(QueuedMessage message) {
        return recall == null
                ? new MessageMetadata(message.command(), message.by(), message.zone())
                : MessageMetadata.ofRecall(recall, message.by(), message.zone());
    }
}
