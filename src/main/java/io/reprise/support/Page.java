package io.reprise.support;

import java.util.List;
import java.util.function.Function;

/**
 * A part of a list.
 *
 * @param cursor of the next page; null on the last one
 */
public record Page<T>(List<T> rows, String cursor) {
    public Page {
        rows = List.copyOf(rows);
    }

    /**
     * @param found one row more than {@code limit} if there are more
     * @param cursorOf the place of a row, behind which the next page begins
     */
    public static <T> Page<T> of(List<T> found, int limit, Function<T, String> cursorOf) {
        if (found.size() <= limit) return new Page<>(found, null);
        List<T> rows = found.subList(0, limit);
        return new Page<>(rows, cursorOf.apply(rows.getLast()));
    }
}
