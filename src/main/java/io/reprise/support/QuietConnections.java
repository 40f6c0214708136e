package io.reprise.support;

import io.vertx.core.http.HttpConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to other servers that may break at any time. The request under way fails and says so; without a handler of
 * its own, the connection would be logged as an error of this server as well.
 */
public final class QuietConnections {
    private static final Logger log = LoggerFactory.getLogger(QuietConnections.class);

    private QuietConnections() {}

    /** For new connections of an HTTP client. */
    public static void quieten(HttpConnection connection) {
        connection.exceptionHandler(cause -> log.atDebug()
                .addKeyValue("address", connection.remoteAddress())
                .addKeyValue("cause", cause.getMessage())
                .log("connection broke"));
    }
}
