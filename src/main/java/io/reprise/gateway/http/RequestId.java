package io.reprise.gateway.http;

import io.reprise.support.IdSource;
import io.reprise.telemetry.trace.TraceParent;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;

/**
 * Gives each request an id that its response has, too, and that the log names, so that what a client saw is found there.
 * The client or its proxy may choose it: {@code X-Request-Id}, else the trace id of {@code traceparent}.
 */
public final class RequestId implements Handler<RoutingContext> {
    static final String HEADER = "X-Request-Id";

    private static final String KEY = "request id";

    /** Nothing that could end a header or a log line, nor something long. */
    private static final Pattern GIVEN = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");

    private final IdSource ids;

    public RequestId(IdSource ids) {
        this.ids = ids;
    }

    @Override
    public void handle(RoutingContext context) {
        String id = id(context.request());
        context.put(KEY, id);
        context.response().putHeader(HEADER, id);
        context.next();
    }

    private String id(HttpServerRequest request) {
        String given = request.getHeader(HEADER);
        if (given != null && GIVEN.matcher(given).matches()) return given;
        return TraceParent.parse(request.getHeader(TraceParent.HEADER))
                .map(TraceParent::traceId)
                .orElseGet(() -> ids.next("q_"));
    }

    /** The id of the request; null where it has none. */
    public static String of(RoutingContext context) {
        return context.get(KEY);
    }
}
