package io.reprise.gateway.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.stream.Collectors;

/** Adds the security headers to every response. The page's own WebSocket is covered by {@code connect-src 'self'}. */
public final class SecurityHeaders implements Handler<RoutingContext> {
    private static final String CONNECT = "connect-src 'self'";
    private static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            // Images of other hosts are shown in frames that have a policy of their own.
            "frame-src 'self'",
            CONNECT,
            "font-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            // Only these may convert text to HTML or to the URL of a script: templates, the sanitiser, the page's
            // loader.
            "require-trusted-types-for 'script'",
            "trusted-types lit-html dompurify reprise");

    private final String policy;

    /** @param peers origins of other nodes, to which the page connects when its own node is gone */
    public SecurityHeaders(List<String> peers) {
        String more = peers.stream()
                .map(origin -> " " + origin + " " + origin.replaceFirst("^http", "ws"))
                .collect(Collectors.joining());
        policy = CONTENT_SECURITY_POLICY.replace(CONNECT, CONNECT + more);
    }

    @Override
    public void handle(RoutingContext context) {
        putOn(context.response(), policy);
        context.next();
    }

    static void putOn(HttpServerResponse response) {
        putOn(response, CONTENT_SECURITY_POLICY);
    }

    private static void putOn(HttpServerResponse response, String policy) {
        response.putHeader("Content-Security-Policy", policy)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer");
    }
}
