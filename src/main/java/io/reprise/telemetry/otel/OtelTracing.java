package io.reprise.telemetry.otel;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporterBuilder;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.reprise.config.tracing.TracingSettings;
import io.reprise.telemetry.Metrics;
import io.reprise.telemetry.trace.SpanStart;
import io.reprise.telemetry.trace.TraceParent;
import io.reprise.telemetry.trace.Tracing;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sends spans to a collector by OTLP over HTTP. A queue with a limit lies between runs and the sender, so a collector
 * that is slow or away costs spans and never time. The context of a span is passed as a value: nothing here uses the
 * current context of a thread.
 */
public final class OtelTracing implements Tracing {
    /** Kept, because the logging of the JDK forgets the levels of loggers that nobody holds. */
    private static final Logger LIBRARY = Logger.getLogger("io.opentelemetry");

    /** Content is cut before it becomes JSON, which is longer; this only bounds what is no content. */
    private static final int ATTRIBUTE_CHARS_PER_CONTENT_CHAR = 8;

    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration RETRY_MAX = Duration.ofSeconds(1);

    private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");
    private static final AttributeKey<String> VERSION = AttributeKey.stringKey("service.version");
    private static final AttributeKey<String> INSTANCE = AttributeKey.stringKey("service.instance.id");

    private final TracingSettings settings;
    private final GivenIds ids = new GivenIds();
    private final SdkTracerProvider provider;
    private final Tracer tracer;

    /**
     * Connects to nothing yet.
     *
     * @param environment resolves the reference to the headers
     * @param version of the server
     * @throws IllegalArgumentException if the headers cannot be read; the message does not contain them
     */
    public OtelTracing(
            TracingSettings settings, Map<String, String> environment, String version, String node, Metrics metrics) {
        this.settings = settings;
        LIBRARY.setLevel(Level.OFF); // SpanQueue writes the lines that an operator needs.
        OtlpHttpSpanExporterBuilder exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(settings.endpoint())
                .setTimeout(Duration.ofMillis(settings.timeoutMs()))
                .setConnectTimeout(Duration.ofMillis(settings.timeoutMs()))
                .setRetryPolicy(retries(settings));
        settings.headers(environment).forEach(exporter::addHeader);
        SpanQueue queue = new SpanQueue(settings.queueMax(), metrics);
        this.provider = SdkTracerProvider.builder()
                .setIdGenerator(ids)
                .setSampler(Sampler.parentBased(new RequestSampler(settings.sampleRatio())))
                .setSpanLimits(SpanLimits.builder()
                        .setMaxAttributeValueLength(ATTRIBUTE_CHARS_PER_CONTENT_CHAR * settings.contentCharsMax())
                        .build())
                .setResource(Resource.create(
                        Attributes.of(SERVICE, settings.serviceName(), VERSION, version, INSTANCE, node)))
                .addSpanProcessor(queue.before(BatchSpanProcessor.builder(queue.sending(exporter.build()))
                        .setMaxQueueSize(settings.queueMax())
                        .setMaxExportBatchSize(Math.min(settings.batchMax(), settings.queueMax()))
                        .setScheduleDelay(Duration.ofMillis(settings.delayMs()))
                        .setExporterTimeout(Duration.ofMillis(settings.timeoutMs()))
                        .build()))
                .build();
        this.tracer = provider.get("io.reprise", version);
    }

    /**
     * A collector may close a connection at the moment at which it is used again, and that must cost no span. All attempts
     * together, with the pauses between them, end with the timeout of one.
     */
    private static RetryPolicy retries(TracingSettings settings) {
        if (settings.attemptsMax() == 1) return null;
        return RetryPolicy.builder()
                .setMaxAttempts(settings.attemptsMax())
                .setInitialBackoff(RETRY)
                .setMaxBackoff(RETRY_MAX)
                .build();
    }

    @Override
    public boolean isOn() {
        return true;
    }

    int contentCharsMax() {
        return settings.content() ? settings.contentCharsMax() : 0;
    }

    @Override
    public io.reprise.telemetry.trace.Span begin(SpanStart start) {
        Context parent = Context.root();
        if (start.parent() != null) parent = parent.with(Span.wrap(remote(start.parent())));
        if (start.request() != null) {
            parent = parent.with(RequestSampler.SAMPLED, start.request().sampled());
        }
        SpanBuilder builder = tracer.spanBuilder(start.name()).setParent(parent).setSpanKind(kind(start.kind()));
        start.links().forEach(link -> builder.addLink(remote(link)));
        return new OtelSpan(this, ids.during(start.own(), builder::startSpan));
    }

    io.reprise.telemetry.trace.Span child(Span of, String name, SpanStart.Kind kind) {
        Span child = tracer.spanBuilder(name)
                .setParent(Context.root().with(of))
                .setSpanKind(kind(kind))
                .startSpan();
        return new OtelSpan(this, child);
    }

    private static SpanContext remote(TraceParent its) {
        TraceFlags flags = its.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault();
        return SpanContext.createFromRemoteParent(its.traceId(), its.spanId(), flags, TraceState.getDefault());
    }

    private static SpanKind kind(SpanStart.Kind kind) {
        return switch (kind) {
            case SERVER -> SpanKind.SERVER;
            case CLIENT -> SpanKind.CLIENT;
            case INTERNAL -> SpanKind.INTERNAL;
        };
    }

    /** Sends what waits, for {@code tracing.flushMs} and for {@code limitMs} at most. */
    public void close(long limitMs) {
        provider.shutdown().join(Math.min(settings.flushMs(), limitMs), TimeUnit.MILLISECONDS);
    }
}
