package io.reprise.gateway.link;

import io.vertx.core.Future;

/** A long-lived client connection: a WebSocket or an event stream. */
public interface Connection {
    /** To be called several times per shortest of the limits. */
    void tick();

    /** The server shuts down; the client reconnects after {@code afterMs}. Completes when the connection has ended. */
    Future<Void> goAway(long afterMs);
}
