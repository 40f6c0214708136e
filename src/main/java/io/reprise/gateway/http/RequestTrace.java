package io.reprise.gateway.http;

import io.reprise.message.Cause;
import io.reprise.telemetry.trace.Names;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.SpanStart;
import io.reprise.telemetry.trace.TraceParent;
import io.reprise.telemetry.trace.Tracing;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The span of a request, from its arrival to the head of its response: an event stream may stay open for days. It is the
 * child of the span that its header {@code traceparent} names.
 */
public final class RequestTrace implements Handler<RoutingContext> {
    private static final String KEY = "span";
    private static final int SERVER_ERROR = 500;

    private final Tracing tracing;

    public RequestTrace(Tracing tracing) {
        this.tracing = tracing;
    }

    @Override
    public void handle(RoutingContext context) {
        String method = context.request().method().name();
        Span span = tracing.begin(SpanStart.ofRequest(
                        method, TraceParent.parse(context.request().getHeader(TraceParent.HEADER))))
                .set(Names.HTTP_METHOD, method)
                .set(Names.URL_PATH, context.request().path())
                .set(Names.REQUEST, RequestId.of(context));
        context.put(KEY, span);
        AtomicBoolean ended = new AtomicBoolean();
        context.addHeadersEndHandler(written -> {
            if (!ended.getAndSet(true)) answered(span, context.response().getStatusCode());
        });
        context.addEndHandler(over -> {
            if (ended.getAndSet(true)) return;
            span.fail("closed"); // The client went away before there was a response.
            span.end();
        });
        context.next();
    }

    private static void answered(Span span, int status) {
        span.set(Names.HTTP_STATUS, status);
        if (status >= SERVER_ERROR) span.fail(Integer.toString(status));
        span.end();
    }

    /** Names the span after the route, as soon as that is known. */
    public static void route(RoutingContext context, String route) {
        Span span = context.get(KEY);
        if (span == null) return;
        span.set(Names.HTTP_ROUTE, route).rename(context.request().method().name() + " " + route);
    }

    /** The request as the cause of what it asks for. */
    public static Cause cause(RoutingContext context) {
        Span span = context.get(KEY);
        TraceParent its = span == null ? null : span.context();
        return new Cause(RequestId.of(context), its == null ? null : its.text(), null);
    }
}
