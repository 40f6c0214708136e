package io.reprise.store.database;

import io.reprise.support.Stopwatch;
import java.time.Duration;

/** A time limit, measured with the monotonic clock. */
public record Deadline(Stopwatch since, Duration limit) {
    public static Deadline in(Duration limit) {
        return new Deadline(Stopwatch.started(), limit);
    }

    public boolean passed() {
        return since.nanos() >= limit.toNanos();
    }

    public static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            throw new StoreStartException("the start was interrupted", interrupt);
        }
    }
}
