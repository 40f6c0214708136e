package io.reprise.session.erasure;

import io.vertx.core.Future;
import java.util.List;

/**
 * Port: what another store has still to erase. It is noted in the transaction of each clear and delete, so that it is
 * forgotten neither while that store is away nor when the process dies.
 */
public interface PendingErasures {
    /** There is no other store. */
    PendingErasures NONE = new PendingErasures() {
        @Override
        public Future<List<Pending>> due(int limit) {
            return Future.succeededFuture(List.of());
        }

        @Override
        public Future<Void> erased(Pending pending) {
            return Future.succeededFuture();
        }
    };

    /**
     * Those that are due, at most {@code limit}. Each is due again after a pause that grows from {@code erasures.retryMs}
     * to {@code erasures.retryMaxMs}, unless it was erased by then.
     */
    Future<List<Pending>> due(int limit);

    /**
     * The other store has erased it. After the first time it is due once more, {@code erasures.againMs} later: what was on
     * its way to that store may have come after the erasure. After the second time it is done.
     */
    Future<Void> erased(Pending pending);

    /** @param upToSeq as {@link Erasure#erase} takes it */
    record Pending(String session, long upToSeq) {}
}
