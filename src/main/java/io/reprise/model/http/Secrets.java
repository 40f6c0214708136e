package io.reprise.model.http;

import dev.langchain4j.http.client.HttpRequest;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Values of a request that must never be logged, also if a provider quotes them. */
record Secrets(List<String> values) {
    private static final int CHARACTERS_MIN = 8;
    private static final String BEARER = "Bearer ";

    /** All values of headers and of the query, because any of them may be the key. */
    static Secrets of(HttpRequest request) {
        Stream<String> ofHeaders = request.headers().values().stream()
                .flatMap(List::stream)
                .flatMap(value -> value.startsWith(BEARER)
                        ? Stream.of(value, value.substring(BEARER.length()))
                        : Stream.of(value));
        return new Secrets(Stream.concat(ofHeaders, ofQuery(URI.create(request.url())))
                .filter(value -> value.length() >= CHARACTERS_MIN)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList());
    }

    /** As they are in the address, which is quoted, and as they were given. */
    private static Stream<String> ofQuery(URI address) {
        if (address.getRawQuery() == null) return Stream.empty();
        return Arrays.stream(address.getRawQuery().split("&"))
                .map(pair -> pair.substring(pair.indexOf('=') + 1))
                .flatMap(value -> Stream.of(value, URLDecoder.decode(value, StandardCharsets.UTF_8)));
    }

    String masked(String text) {
        String masked = text;
        for (String value : values) masked = masked.replace(value, "***");
        return masked;
    }
}
