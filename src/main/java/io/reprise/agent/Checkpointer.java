package io.reprise.agent;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/**
 * Port: where checkpoints are kept, for {@code checkpoints.retentionDays} and at most {@code checkpoints.sessionMax} of a
 * session, the newest. A failed future means that the store is away; expected outcomes are values. From any thread.
 */
public interface Checkpointer {
    /** Keeps it; an earlier one with its id is replaced. */
    Future<SaveOutcome> save(Checkpoint checkpoint);

    /** The checkpoint, if it is there and not too old. */
    Future<Optional<Checkpoint>> load(String session, String id);

    /**
     * The checkpoints of the session, newest first.
     *
     * @param beforeSeq only those that cover less; {@link Long#MAX_VALUE} for all
     * @param limit at most so many
     */
    Future<List<Checkpoint.Info>> list(String session, long beforeSeq, int limit);

    /** Erases every checkpoint of the session. */
    Future<Void> erase(String session);

    sealed interface SaveOutcome {
        record Saved() implements SaveOutcome {}

        /** It has more than {@code checkpoints.bytesMax} and was not kept. */
        record TooLarge(int bytes) implements SaveOutcome {}
    }
}
