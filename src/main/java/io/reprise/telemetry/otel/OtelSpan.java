package io.reprise.telemetry.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.reprise.telemetry.trace.Names;
import io.reprise.telemetry.trace.Span;
import io.reprise.telemetry.trace.SpanStart;
import io.reprise.telemetry.trace.TraceParent;
import java.util.List;

/** A span of the SDK. */
record OtelSpan(OtelTracing tracing, io.opentelemetry.api.trace.Span span) implements Span {
    @Override
    public TraceParent context() {
        SpanContext its = span.getSpanContext();
        return new TraceParent(its.getTraceId(), its.getSpanId(), its.isSampled());
    }

    @Override
    public boolean isRecorded() {
        return span.isRecording();
    }

    @Override
    public int contentCharsMax() {
        return span.isRecording() ? tracing.contentCharsMax() : 0;
    }

    @Override
    public Span child(String name, SpanStart.Kind kind) {
        return tracing.child(span, name, kind);
    }

    @Override
    public Span set(String key, Object value) {
        switch (value) {
            case null -> {}
            case Integer number -> span.setAttribute(key, number.longValue());
            case Long number -> span.setAttribute(key, number);
            case Double number -> span.setAttribute(key, number);
            case Boolean flag -> span.setAttribute(key, flag);
            case List<?> texts ->
                span.setAttribute(
                        AttributeKey.stringArrayKey(key),
                        texts.stream().map(String::valueOf).toList());
            default -> span.setAttribute(key, value.toString());
        }
        return this;
    }

    @Override
    public void rename(String name) {
        span.updateName(name);
    }

    @Override
    public void fail(String errorType) {
        span.setStatus(StatusCode.ERROR, errorType);
        span.setAttribute(Names.ERROR_TYPE, errorType);
    }

    @Override
    public void end() {
        span.end();
    }
}
