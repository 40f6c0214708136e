package io.reprise.config.tracing;

import io.reprise.config.read.SecretReference;
import io.reprise.config.read.Section;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Settings of traces.
 *
 * @param endpoint to which spans are sent
 * @param headerSecret refers to headers for the endpoint
 * @param sampleRatio share of the traces that are recorded, unless the sender of a request decides
 * @param content whether spans have texts of conversations
 * @param contentCharsMax longest text of an attribute
 * @param queueMax most spans that wait or are on their way
 * @param attemptsMax most attempts to send a request, all of them within {@code timeoutMs}
 * @param delayMs longest wait of a span for others
 * @param flushMs longest wait for the collector when the server stops
 */
public record TracingSettings(
        boolean enabled,
        String endpoint,
        Optional<SecretReference> headerSecret,
        String serviceName,
        double sampleRatio,
        boolean content,
        int contentCharsMax,
        int queueMax,
        int batchMax,
        int delayMs,
        int timeoutMs,
        int attemptsMax,
        int flushMs) {
    public static final String NAME = "tracing";

    private static final Pattern HEADER = Pattern.compile("([A-Za-z0-9!#$%&'*+.^_`|~-]+)\\s*[:=]\\s*([\\x20-\\x7e]+)");

    public static TracingSettings read(Section section) {
        return new TracingSettings(
                section.bool("enabled", false),
                section.text(
                        "endpoint",
                        "http://127.0.0.1:4318/v1/traces",
                        "an address that begins with http:// or https://",
                        TracingSettings::isEndpoint),
                section.secret("headers"),
                section.text("serviceName", "reprise"),
                section.optionalDecimal("sampleRatio", 0, 1).orElse(1.0),
                section.bool("content", false),
                section.integer("contentCharsMax", 8_192, 256, 1_048_576),
                section.integer("queueMax", 4_096, 16, 1_000_000),
                section.integer("batchMax", 512, 1, 10_000),
                section.integer("delayMs", 2_000, 10, 60_000),
                section.integer("timeoutMs", 5_000, 100, 60_000),
                section.integer("attemptsMax", 3, 1, 5),
                section.integer("flushMs", 3_000, 0, 60_000));
    }

    private static boolean isEndpoint(String text) {
        try {
            URI address = URI.create(text);
            return address.getHost() != null
                    && ("http".equals(address.getScheme()) || "https".equals(address.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Reports headers that do not exist or cannot be read. */
    public void checkSecrets(Section section, Map<String, String> environment) {
        if (!enabled || headerSecret.isEmpty()) return;
        String reference = headerSecret.get().toString();
        Optional<String> text = headerSecret.get().resolve(environment);
        if (text.isEmpty()) section.problem("headers", reference, "names a secret that is missing or empty");
        else if (parsed(text.get()).isEmpty())
            section.problem("headers", reference, "names a secret that is no list of NAME=VALUE");
    }

    /**
     * The headers for the endpoint.
     *
     * @throws IllegalArgumentException if they do not exist or cannot be read; the message does not contain them
     */
    public Map<String, String> headers(Map<String, String> environment) {
        if (headerSecret.isEmpty()) return Map.of();
        return headerSecret
                .get()
                .resolve(environment)
                .flatMap(TracingSettings::parsed)
                .orElseThrow(() -> new IllegalArgumentException(
                        "tracing.headers: " + headerSecret.get() + " has no list of NAME=VALUE"));
    }

    /** NAME=VALUE, separated by commas or lines; empty if it is something else. */
    private static Optional<Map<String, String>> parsed(String text) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String part : text.split("[,\\n]")) {
            if (part.isBlank()) continue;
            Matcher pair = HEADER.matcher(part.strip());
            if (!pair.matches()) return Optional.empty();
            headers.put(pair.group(1), pair.group(2));
        }
        return headers.isEmpty() ? Optional.empty() : Optional.of(headers);
    }
}
