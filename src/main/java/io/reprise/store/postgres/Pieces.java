package io.reprise.store.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Splits long lists into pieces that one statement can carry. */
final class Pieces {
    private static final int CHARS_MAX = 1 << 20;
    private static final int COUNT_MAX = 1_000;

    private Pieces() {}

    /**
     * Splits a list into pieces and keeps the order; no piece is empty. A single element larger than the limit is a
     * piece of its own.
     *
     * @param chars size of an element
     */
    static <T> List<List<T>> of(List<T> all, ToLongFunction<T> chars) {
        List<List<T>> pieces = new ArrayList<>();
        int from = 0;
        long size = 0;
        for (int i = 0; i < all.size(); i++) {
            long its = chars.applyAsLong(all.get(i));
            if (i > from && (size + its > CHARS_MAX || i - from == COUNT_MAX)) {
                pieces.add(all.subList(from, i));
                from = i;
                size = 0;
            }
            size += its;
        }
        if (from < all.size()) pieces.add(all.subList(from, all.size()));
        return pieces;
    }
}
