package io.reprise.telemetry.otel;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/** Decides about root spans: as about the request that they serve, or else by the ratio. */
final class RequestSampler implements Sampler {
    /** Whether the request is recorded. */
    static final ContextKey<Boolean> SAMPLED = ContextKey.named("reprise.sampled");

    private final Sampler ratio;

    RequestSampler(double ratio) {
        this.ratio = Sampler.traceIdRatioBased(ratio);
    }

    @Override
    public SamplingResult shouldSample(
            Context parent, String traceId, String name, SpanKind kind, Attributes attributes, List<LinkData> links) {
        Boolean sampled = parent.get(SAMPLED);
        if (sampled == null) return ratio.shouldSample(parent, traceId, name, kind, attributes, links);
        return sampled ? SamplingResult.recordAndSample() : SamplingResult.drop();
    }

    @Override
    public String getDescription() {
        return "as the request, or else " + ratio.getDescription();
    }
}
