package io.reprise.gateway.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Sends text responses that must not be cached. */
public final class Answers {
    private static final String HEAD = "head";

    private Answers() {}

    /** Handles a HEAD request as a GET of the same address. */
    public static void rerouteHead(RoutingContext context) {
        context.put(HEAD, true);
        // Not the uri, which may also contain the host.
        String query = context.request().query();
        context.reroute(HttpMethod.GET, context.request().path() + (query == null ? "" : "?" + query));
    }

    /** No effect if the client has disconnected or was answered. */
    public static void send(RoutingContext context, int status, String type, String text) {
        send(context.response(), isHead(context), status, type, text);
    }

    /** As above; {@code head} omits the text. */
    static void send(HttpServerResponse response, boolean head, int status, String type, String text) {
        if (response.closed() || response.ended() || response.headWritten()) return;
        Buffer body = Buffer.buffer(text);
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
        // Vert.x would send the body of an answer to HEAD.
        if (head) response.end();
        else response.end(body);
    }

    public static boolean isHead(RoutingContext context) {
        return context.get(HEAD) != null || context.request().method().equals(HttpMethod.HEAD);
    }
}
