package io.reprise.gateway.http;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** Adds the security headers to every response. The page's own WebSocket is covered by {@code connect-src 'self'}. */
public final class SecurityHeaders implements Handler<RoutingContext> {
    private static final String CONTENT_SECURITY_POLICY = String.join(
            "; ",
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            // Images of other hosts are shown in frames that have a policy of their own.
            "frame-src 'self'",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            // Only these may convert text to HTML or to the URL of a script: templates, the sanitiser, the page's
            // loader.
            "require-trusted-types-for 'script'",
            "trusted-types lit-html dompurify reprise");

    @Override
    public void handle(RoutingContext context) {
        putOn(context.response());
        context.next();
    }

    static void putOn(HttpServerResponse response) {
        response.putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Referrer-Policy", "no-referrer");
    }
}
