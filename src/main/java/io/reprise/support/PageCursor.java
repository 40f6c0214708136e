package io.reprise.support;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
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

    /** @throws IllegalArgumentException if the cursor does not have this number of values */
    public static List<String> parse(String cursor, int size) {
        String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        List<String> values = List.of(text.split(BETWEEN, -1));
        if (values.size() != size) throw new IllegalArgumentException("not a cursor of this list");
        return values;
    }

    /** @throws IllegalArgumentException if the value is no time since 1970 that the database can store */
    public static long timeMs(String value) {
        long timeMs = Long.parseLong(value);
        if (timeMs < 0 || timeMs > TIME_MS_MAX) throw new IllegalArgumentException("not a cursor of this list");
        return timeMs;
    }
}
