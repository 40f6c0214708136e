package io.reprise.model.http;

import dev.langchain4j.http.client.HttpRequest;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Values of a request that must never be logged, also if a provider quotes them. */
record Secrets(List<String> values) {
    private static final int CHARACTERS_MIN = 8;
    private static final String BEARER = "Bearer ";

    /** All values of headers, because any of them may be the key. */
    static Secrets of(HttpRequest request) {
        return new Secrets(request.headers().values().stream()
                .flatMap(List::stream)
                .flatMap(value -> value.startsWith(BEARER)
                        ? Stream.of(value, value.substring(BEARER.length()))
                        : Stream.of(value))
                .filter(value -> value.length() >= CHARACTERS_MIN)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    String masked(String text) {
        String masked = text;
        for (String value : values) masked = masked.replace(value, "***");
        return masked;
    }
}
