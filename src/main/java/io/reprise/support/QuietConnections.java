package io.reprise.support;

import io.vertx.core.http.HttpConnection;

/**
 * Connections to other servers that may break at any time. The request under way fails and reports it; without a handler of
 * its own, Vert.x would also log the connection as an error of this server.
 */
public final class QuietConnections {
    private QuietConnections() {}

    /** For new connections of an HTTP client. */
    public static void quieten(HttpConnection connection) {
        connection.exceptionHandler(cause -> {});
    }
}
