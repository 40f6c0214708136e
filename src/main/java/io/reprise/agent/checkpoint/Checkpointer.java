package io.reprise.agent.checkpoint;

import io.reprise.history.CheckpointDirectory;
import io.reprise.history.CheckpointInfo;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Port: the checkpoint store. Offers checkpoints for {@code checkpoints.retentionDays}, and keeps at most the newest
 * {@code checkpoints.sessionMax} of a session. A failed future means that the store is unavailable, which is detected within
 * {@code checkpoints.timeoutMs}; expected outcomes are values. Callable from any thread.
 */
public interface Checkpointer extends CheckpointDirectory {
    /** Saves nothing, so that no run can resume. */
    Checkpointer NONE = new Checkpointer() {
        @Override
        public Future<SaveOutcome> save(Checkpoint checkpoint) {
            return Future.succeededFuture(new SaveOutcome.TooLarge(0));
        }

        @Override
        public Future<Optional<Checkpoint>> load(String session, String id) {
            return Future.succeededFuture(Optional.empty());
        }

        @Override
        public Future<Void> erase(String session, long upToSeq) {
            return Future.succeededFuture();
        }

        @Override
        public Future<List<CheckpointInfo>> list(String session, long beforeSeq, int limit) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<Optional<CheckpointInfo>> find(String session, String id) {
            return Future.succeededFuture(Optional.empty());
        }
    };

    /** Saves a checkpoint. It replaces an earlier one with the same id. */
    Future<SaveOutcome> save(Checkpoint checkpoint);

    /** The checkpoint; empty if it does not exist. An expired one exists until it is cleaned up, or while a run needs it. */
    Future<Optional<Checkpoint>> load(String session, String id);

    /**
     * Erases the checkpoints of the session that cover the log up to at most {@code upToSeq}; {@link Long#MAX_VALUE}
     * erases all.
     */
    Future<Void> erase(String session, long upToSeq);

    sealed interface SaveOutcome {
        record Saved() implements SaveOutcome {}

        /** The checkpoint is larger than {@code checkpoints.bytesMax} and was not saved. */
        record TooLarge(int bytes) implements SaveOutcome {}
    }
}
