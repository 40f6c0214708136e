package io.reprise.push;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

/** What the answer of a push service means (RFC 8030). */
enum PushAnswer {
    ACCEPTED,
    /** The subscription does not exist any more. */
    GONE,
    /** Another attempt has the same result. */
    REFUSED,
    /** Another attempt may succeed. */
    LATER;

    private static final int DIGITS_MAX = 9;

    static PushAnswer of(int status) {
        if (status >= 200 && status <= 299) return ACCEPTED;
        return switch (status) {
            case 404, 410 -> GONE;
            case 408, 425, 429 -> LATER;
            default -> status >= 500 ? LATER : REFUSED;
        };
    }

    /** The pause that {@code Retry-After} asks for: seconds, or a time; 0 if it says nothing that can be read. */
    static long pauseMs(String retryAfter, long nowMs) {
        if (retryAfter == null) return 0;
        String text = retryAfter.strip();
        if (text.matches("[0-9]{1," + DIGITS_MAX + "}")) return Long.parseLong(text) * 1_000;
        try {
            Instant at = DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from);
            return Math.max(0, at.toEpochMilli() - nowMs);
        } catch (DateTimeException e) {
            return 0;
        }
    }
}
