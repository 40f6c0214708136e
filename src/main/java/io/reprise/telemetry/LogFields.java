package io.reprise.telemetry;

import io.reprise.support.OwnThread;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.TraceParent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.MDC;

/**
 * Fields that every log line of a thread has, also lines of libraries. They are for the log only: nothing is decided by
 * them.
 */
public final class LogFields {
    public static final String TRACE = "trace_id";
    public static final String SPAN = "span_id";

    private LogFields() {}

    /** Restores what was before. */
    public interface Scope extends AutoCloseable {
        @Override
        void close();
    }

    /** The fields of a span; empty where there is none. */
    public static Map<String, String> of(Span span) {
        TraceParent context = span.context();
        return context == null ? Map.of() : Map.of(TRACE, context.traceId(), SPAN, context.spanId());
    }

    /** Adds fields until the scope is closed, which the same thread must do. */
    public static Scope with(Map<String, String> fields) {
        if (fields.isEmpty()) return () -> {};
        Map<String, String> before = new LinkedHashMap<>();
        fields.forEach((name, value) -> {
            before.put(name, MDC.get(name));
            MDC.put(name, value);
        });
        return () -> before.forEach((name, value) -> {
            if (value == null) MDC.remove(name);
            else MDC.put(name, value);
        });
    }

    /** Work whose own thread has the fields that the calling thread has now. */
    public static <T> OwnThread.Work<T> carriedTo(OwnThread.Work<T> work) {
        Map<String, String> fields = MDC.getCopyOfContextMap();
        if (fields == null || fields.isEmpty()) return work;
        return stop -> {
            MDC.setContextMap(fields);
            try {
                return work.run(stop);
            } finally {
                MDC.clear();
            }
        };
    }
}
