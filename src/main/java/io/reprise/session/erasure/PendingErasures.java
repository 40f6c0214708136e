package io.reprise.session.erasure;

import io.vertx.core.Future;
import java.util.List;

/**
 * Port: erasures that another store still has to make. Each is recorded in the transaction of its clear or delete, so
 * that it is not lost if that store is unavailable or the process ends.
 */
public interface PendingErasures {
    /** Whether any erasure is due. */
    Future<Boolean> isAnyDue();

    /**
     * The due erasures, at most {@code limit}. Each becomes due again after a pause that grows from {@code
     * erasures.retryMs} to {@code erasures.retryMaxMs}, unless it succeeds.
     */
    Future<List<Pending>> due(int limit);

    /**
     * The other store has erased the data. After the first time the erasure is repeated once, {@code erasures.againMs}
     * later, because a write may have arrived after the erasure. After the second time it is complete.
     */
    Future<Void> erased(Pending pending);

    /** @param upToSeq see {@link Erasure#erase} */
    record Pending(String session, long upToSeq) {}
}
