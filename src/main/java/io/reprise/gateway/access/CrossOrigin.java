package io.reprise.gateway.access;

import io.reprise.gateway.http.Problem;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.Set;

/**
 * Allows REST requests of pages from the server's own origin and, with a bearer token, from {@code server.origins};
 * answers their preflights. Cookies of other origins are not accepted.
 */
public final class CrossOrigin implements Handler<RoutingContext> {
    public static final Failure REFUSED = Failure.of(ErrorCode.FORBIDDEN, "This origin is not allowed.");

    private static final int PREFLIGHT_KEPT_S = 600;
    private static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);
    private static final Set<String> HEADERS =
            Set.of("Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-Session");

    private final OriginPolicy origins;
    private final CorsHandler others;

    public CrossOrigin(OriginPolicy origins) {
        this.origins = origins;
        this.others = CorsHandler.create()
                .addOrigins(origins.others())
                .allowedMethods(METHODS)
                .allowedHeaders(HEADERS)
                .exposedHeader("Location")
                .exposedHeader("Retry-After")
                .exposedHeader("Content-Disposition")
                .exposedHeader("X-Session")
                .maxAgeSeconds(PREFLIGHT_KEPT_S);
    }

    @Override
    public void handle(RoutingContext context) {
        String origin = context.request().getHeader(HttpHeaders.ORIGIN);
        if (origin != null && origins.others().contains(origin)) others.handle(context);
        else if (origins.allows(context.request())) context.next();
        else Problem.send(context, REFUSED);
    }
}
