package io.reprise.support;

import java.util.concurrent.TimeUnit;

/** Measures durations with the monotonic clock. */
public final class Stopwatch {
    private final long start = System.nanoTime();

    private Stopwatch() {}

    public static Stopwatch started() {
        return new Stopwatch();
    }

    public long nanos() {
        return System.nanoTime() - start;
    }

    public long ms() {
        return TimeUnit.NANOSECONDS.toMillis(nanos());
    }
}
