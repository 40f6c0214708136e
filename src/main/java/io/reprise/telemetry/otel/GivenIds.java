package io.reprise.telemetry.otel;

import io.opentelemetry.sdk.trace.IdGenerator;
import io.reprise.telemetry.trace.TraceParent;
import java.util.function.Supplier;

/** Ids of spans: random, or given by the one who begins the span. The SDK asks for them on the beginning thread. */
final class GivenIds implements IdGenerator {
    private final IdGenerator random = IdGenerator.random();
    private final ThreadLocal<TraceParent> given = new ThreadLocal<>();

    /** @param ids of the span that {@code start} begins; null for random ones */
    <T> T during(TraceParent ids, Supplier<T> start) {
        if (ids == null) return start.get();
        given.set(ids);
        try {
            return start.get();
        } finally {
            given.remove();
        }
    }

    @Override
    public String generateTraceId() {
        TraceParent ids = given.get();
        return ids == null ? random.generateTraceId() : ids.traceId();
    }

    @Override
    public String generateSpanId() {
        TraceParent ids = given.get();
        return ids == null ? random.generateSpanId() : ids.spanId();
    }
}
