package io.reprise.session.erasure;

import io.vertx.core.Future;

/**
 * Port: a store, other than the event store, that holds copies of what was said in sessions. It is told to erase them
 * after a clear or delete was committed, and again until it has done so; see {@link PendingErasures}.
 */
@FunctionalInterface
public interface Erasure {
    /**
     * Erases what was derived from the session's log up to this seq; {@link Long#MAX_VALUE} erases all. Copies of later
     * events stay. A failed future means that the store is unavailable.
     */
    Future<Void> erase(String session, long upToSeq);
}
