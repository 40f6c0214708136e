package io.reprise.model.http;

import io.vertx.core.MultiMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** When a provider wants to be asked again. */
final class RetryHint {
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,6})?");
    private static final int MS_PER_S = 1000;

    private RetryHint() {}

    /** In milliseconds; a date in place of a number of seconds is no help without the provider's clock. */
    static OptionalLong afterMs(MultiMap headers) {
        Optional<Double> ms = number(headers.get("retry-after-ms"));
        return ms.or(() -> number(headers.get("retry-after")).map(seconds -> seconds * MS_PER_S)).stream()
                .mapToLong(Math::round)
                .findFirst();
    }

    private static Optional<Double> number(String text) {
        return Optional.ofNullable(text)
                .map(String::strip)
                .filter(digits -> NUMBER.matcher(digits).matches())
                .map(Double::parseDouble);
    }
}
