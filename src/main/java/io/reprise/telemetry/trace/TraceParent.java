package io.reprise.telemetry.trace;

import io.reprise.support.Digest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Identifies a span, also across processes: the header {@code traceparent} of W3C Trace Context.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param sampled whether its spans are recorded
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {
    public static final String HEADER = "traceparent";

    /** Version, trace id, id of the caller's span, flags. */
    private static final Pattern TEXT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})");

    private static final int TRACE_BYTES = 16;
    private static final int SPAN_BYTES = 8;

    /** Empty if the text is null or no valid header. */
    public static Optional<TraceParent> parse(String text) {
        if (text == null) return Optional.empty();
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) return Optional.empty();
        boolean sampled = (Integer.parseInt(parts.group(3), 16) & 1) != 0;
        return Optional.of(new TraceParent(parts.group(1), parts.group(2), sampled));
    }

    /**
     * The span of an attempt of a run. It is computed from the run's id, so that every process knows it, also after a
     * restart. All attempts of a run are in one trace.
     *
     * @param attempt from 1
     */
    public static TraceParent ofRun(String run, int attempt) {
        return new TraceParent(
                hex(Digest.of("trace", run), TRACE_BYTES),
                hex(Digest.of("span", run, Integer.toString(attempt)), SPAN_BYTES),
                true);
    }

    private static String hex(String digest, int bytes) {
        return HexFormat.of().formatHex(Base64.getUrlDecoder().decode(digest), 0, bytes);
    }

    /** The value of the header. */
    public String text() {
        return "00-" + traceId + "-" + spanId + (sampled ? "-01" : "-00");
    }
}
