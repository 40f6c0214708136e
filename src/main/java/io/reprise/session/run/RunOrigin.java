package io.reprise.session.run;

import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Cause;
import io.reprise.message.QueuedMessage;
import io.reprise.message.log.LogEvent.MessageMetadata;
import io.reprise.message.log.LogEvent.RunMetadata;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallContext;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;

/**
 * What starts a run.
 *
 * @param name {@code user}, {@code recall} or {@link RunRequest#COMPACT}
 * @param recall id of the recall, or null
 * @param slotMs slot of the recall, or null
 * @param context what a run of a recall sees of the conversation before it, or null
 * @param parent the recall that made the session of the run together with its recall, or null
 * @param resumes the run that it resumes, or null
 * @param cause the request behind it
 */
public record RunOrigin(
        String name, String recall, Long slotMs, RecallContext context, String parent, String resumes, Cause cause) {
    static final RunOrigin USER = new RunOrigin("user", null, null, null, null, null, Cause.UNKNOWN);

    static RunOrigin of(QueuedMessage message) {
        return new RunOrigin("user", null, null, null, null, null, message.startsBy());
    }

    public static RunOrigin ofRecall(Recall recall) {
        return new RunOrigin(
                "recall", recall.id(), recall.slotMs(), recall.context(), recall.parent(), null, recall.cause());
    }

    /** The origin of a run that resumes another. The recall's slot belongs to the first run. */
    static RunOrigin resuming(RunRow run, Cause cause) {
        return new RunOrigin(run.origin(), null, null, null, null, run.id(), cause.after(run.id()));
    }

    /** The origin of a run that a user resumes from a checkpoint. */
    static RunOrigin goingOn(String run, Cause cause) {
        return new RunOrigin("user", null, null, null, null, run, cause.after(run));
    }

    /** The origin of a run that summarises the conversation for a user. */
    static RunOrigin compacting(Cause cause) {
        return new RunOrigin(RunRequest.COMPACT, null, null, null, null, null, cause);
    }

    /** The origin of a run that answers what the conversation of a user ends with. */
    static RunOrigin proceeding(Cause cause) {
        return new RunOrigin("user", null, null, null, null, null, cause);
    }

    /** The row of a new run with this origin. */
    RunRow begin(String run, long firstSeq, long startedMs, boolean exact) {
        return new RunRow(run, name, firstSeq, startedMs, exact, null, null, recall, slotMs, Progress.none(firstSeq))
                .because(cause);
    }

    RunMetadata metadata() {
        return new RunMetadata(name, recall, resumes);
    }

    MessageMetadata metadataOf(QueuedMessage message) {
        MessageMetadata metadata = recall == null
                ? new MessageMetadata(message.command(), message.by(), message.zone())
                : MessageMetadata.ofRecall(recall, message.by(), message.zone()).seeing(context, parent);
        return metadata.with(message.parts()).choosing(message.chosen());
    }
}
