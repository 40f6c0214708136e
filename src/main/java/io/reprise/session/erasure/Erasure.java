package io.reprise.session.erasure;

import io.vertx.core.Future;

/**
 * Port: a store beside the one of events, which holds copies of what was said in sessions. It is told to erase them
 * after that was committed, by clear and delete, and again until it has done so, see {@link PendingErasures}.
 */
@FunctionalInterface
public interface Erasure {
    /** There is no such store. */
    Erasure NONE = (session, upToSeq) -> Future.succeededFuture();

    /**
     * Erases what stems from the session's log up to this seq; {@link Long#MAX_VALUE} for all. What is there already
     * from behind it stays. A failed future means that the store is away.
     */
    Future<Void> erase(String session, long upToSeq);
}
