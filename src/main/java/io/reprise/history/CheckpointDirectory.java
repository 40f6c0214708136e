package io.reprise.history;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Port: lists the checkpoints of a session. A failed future means that their store is unavailable. */
public interface CheckpointDirectory {
    /**
     * The checkpoints of the session, newest first, ordered by seq.
     *
     * @param beforeSeq only checkpoints with a smaller seq; {@link Long#MAX_VALUE} for all
     * @param limit largest number of checkpoints
     */
    Future<List<CheckpointInfo>> list(String session, long beforeSeq, int limit);

    /** The checkpoint of this session, if it exists and has not expired. */
    Future<Optional<CheckpointInfo>> find(String session, String id);
}
