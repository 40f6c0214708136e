package io.reprise.telemetry.otel;

import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.reprise.telemetry.Metrics;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds and counts the spans that wait for the collector or are on their way to it. The SDK's own queue drops without
 * telling, so it is never filled.
 */
final class SpanQueue {
    private static final Logger LOG = LoggerFactory.getLogger(SpanQueue.class);

    private final int max;
    private final Metrics metrics;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicBoolean away = new AtomicBoolean();

    SpanQueue(int max, Metrics metrics) {
        this.max = max;
        this.metrics = metrics;
        metrics.level("reprise.trace.queue", "Spans that wait for the collector", waiting::get);
    }

    /** Passes ended spans on to {@code next} while there is room. */
    SpanProcessor before(SpanProcessor next) {
        return new SpanProcessor() {
            @Override
            public void onStart(Context parent, ReadWriteSpan span) {}

            @Override
            public boolean isStartRequired() {
                return false;
            }

            @Override
            public void onEnd(ReadableSpan span) {
                if (!span.getSpanContext().isSampled()) return;
                if (waiting.incrementAndGet() > max) {
                    waiting.decrementAndGet();
                    metrics.spans("dropped", 1);
                } else {
                    next.onEnd(span);
                }
            }

            @Override
            public boolean isEndRequired() {
                return true;
            }

            @Override
            public CompletableResultCode shutdown() {
                return next.shutdown();
            }

            @Override
            public CompletableResultCode forceFlush() {
                return next.forceFlush();
            }
        };
    }

    /** Counts what {@code exporter} sends. */
    SpanExporter sending(SpanExporter exporter) {
        return new SpanExporter() {
            @Override
            public CompletableResultCode export(Collection<SpanData> spans) {
                int count = spans.size();
                CompletableResultCode result = exporter.export(spans);
                return result.whenComplete(() -> {
                    waiting.addAndGet(-count);
                    sent(result, count);
                });
            }

            @Override
            public CompletableResultCode flush() {
                return exporter.flush();
            }

            @Override
            public CompletableResultCode shutdown() {
                return exporter.shutdown();
            }
        };
    }

    /** Writes one line when the collector refuses or is away, and one when it is back. */
    private void sent(CompletableResultCode result, int count) {
        metrics.spans(result.isSuccess() ? "sent" : "failed", count);
        if (result.isSuccess()) {
            if (away.getAndSet(false)) LOG.atInfo().log("the collector of traces takes spans again");
        } else if (!away.getAndSet(true)) {
            Throwable cause = result.getFailureThrowable();
            LOG.atWarn()
                    .addKeyValue("cause", cause == null ? "refused" : cause.toString())
                    .log("the collector of traces did not take spans; they are lost");
        }
    }
}
