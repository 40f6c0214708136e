package io.reprise.model.http;

import io.vertx.core.MultiMap;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads after which time a provider allows a retry. */
final class RetryHint {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,6})?");
    private static final int MS_PER_S = 1000;

    private RetryHint() {}

    /** Time until a retry, in milliseconds. */
    static OptionalLong afterMs(MultiMap headers) {
        Optional<Double> ms = number(headers.get("retry-after-ms"));
        return ms
                .or(() -> number(headers.get("retry-after")).map(seconds -> seconds * MS_PER_S))
                .or(() -> untilDate(headers))
                .stream()
                .mapToLong(Math::round)
                .findFirst();
    }

    /** Time until a retry, in milliseconds, from seconds such as {@code 34.5s}; empty for anything else. */
    static OptionalLong ofDelay(String text) {
        if (!text.endsWith("s")) return OptionalLong.empty();
        return number(text.substring(0, text.length() - 1)).stream()
                .mapToLong(seconds -> Math.round(seconds * MS_PER_S))
                .findFirst();
    }

    /** The time until a date, by the provider's own clock, which is in the date of its response. */
    private static Optional<Double> untilDate(MultiMap headers) {
        return date(headers.get("retry-after"))
                .flatMap(then -> date(headers.get("date")).map(now -> Duration.between(now, then)))
                .filter(Duration::isPositive)
                .map(wait -> (double) wait.toMillis());
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.ofNullable(text)
                    .map(String::strip)
                    .map(date -> DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Double> number(String text) {
        return Optional.ofNullable(text)
                .map(String::strip)
                .filter(digits -> NUMBER.matcher(digits).matches())
                .map(Double::parseDouble);
    }
}
