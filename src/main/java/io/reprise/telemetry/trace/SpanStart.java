package io.reprise.telemetry.trace;

import java.util.List;
import java.util.Optional;

/**
 * How a span begins that is not the child of a span of this process.
 *
 * @param own its ids, or null for random ones
 * @param parent span of another process, or null for a root span
 * @param links spans from which it comes
 * @param request the request that it serves, which decides whether it is recorded; or null: the sampling ratio decides
 */
public record SpanStart(
        String name, Kind kind, TraceParent own, TraceParent parent, List<TraceParent> links, TraceParent request) {
    public SpanStart {
        links = List.copyOf(links);
    }

    public enum Kind {
        SERVER,
        CLIENT,
        INTERNAL
    }

    /** A span of a request, whose sender may have named its own span. */
    public static SpanStart ofRequest(String name, Optional<TraceParent> sender) {
        return new SpanStart(name, Kind.SERVER, null, sender.orElse(null), List.of(), null);
    }

    /** A root span with a link. */
    public static SpanStart linked(String name, TraceParent to) {
        return new SpanStart(name, Kind.INTERNAL, null, null, List.of(to), null);
    }
}
