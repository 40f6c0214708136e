package io.reprise.gateway.link;

import io.vertx.core.Future;

/** A long-lived client connection: a WebSocket or an event stream. */
public interface Connection {
    /** Call this several times within the shortest of the time limits. */
    void tick();

    /**
     * The server shuts down. The client should reconnect after {@code afterMs}. Completes when the connection has
     * ended.
     */
    Future<Void> goAway(long afterMs);
}
