package io.reprise.support;

import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** Cursors of lists: what a row is sorted by, as a text that is safe in an address. */
public final class PageCursor {
    private static final String BETWEEN = "\0";

    /** The end of the year 9999. */
    private static final long TIME_MS_MAX = 253_402_300_799_999L;

    private PageCursor() {}

    /** @param values none of them contains the character zero, as in the database */
    public static String of(Object... values) {
        String text = Arrays.stream(values).map(String::valueOf).collect(Collectors.joining(BETWEEN));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The values of a cursor; each is null without a cursor. Fails, as all that is made of them does, with an
     * {@link IllegalArgumentException} if they are not from a page of the list.
     */
    public static Future<List<String>> parse(String cursor, int size) {
        return Future.succeededFuture(cursor)
                .map(given -> given == null ? Collections.nCopies(size, null) : values(given, size));
    }

    private static List<String> values(String cursor, int size) {
        String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        List<String> values = List.of(text.split(BETWEEN, -1));
        if (values.size() != size) throw new IllegalArgumentException("not a cursor of this list");
        return values;
    }

    /** @throws IllegalArgumentException if the value is neither null nor a number */
    public static Long number(String value) {
        return value == null ? null : Long.valueOf(value);
    }

    /** @throws IllegalArgumentException if the value is neither null nor a time since 1970 that the database can store */
    public static Long timeMs(String value) {
        return time(value, TIME_MS_MAX);
    }

    /** As {@link #timeMs}, of a time in microseconds. */
    public static Long timeMicros(String value) {
        return time(value, TIME_MS_MAX * 1_000);
    }

    private static Long time(String value, long most) {
        Long time = number(value);
        if (time != null && (time < 0 || time > most)) throw new IllegalArgumentException("not a cursor of this list");
        return time;
    }
}
