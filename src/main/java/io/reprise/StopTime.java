package io.reprise;

import io.reprise.config.ShutdownSettings;
import io.reprise.support.Stopwatch;
import java.time.Duration;

/**
 * How long a stop may still take, so that it ends in time also if the database does not answer, or a part never closes.
 * Each step gets at most a part of {@code shutdown.closeMs}, and none gets the time that is kept for the private
 * database.
 */
final class StopTime {
    /** Half for storing; for closing, enough for three steps that never end, and as much for the private database. */
    private static final int PARTS = 8;

    private final ShutdownSettings limits;
    private final Stopwatch since = Stopwatch.started();
    private final long allMs;

    private StopTime(ShutdownSettings limits, long drainMs) {
        this.limits = limits;
        this.allMs = drainMs + limits.closeMs();
    }

    /** Of a graceful stop. */
    static StopTime of(ShutdownSettings limits) {
        return new StopTime(limits, limits.drainMs());
    }

    /** Without a drain. */
    static StopTime withoutDrain(ShutdownSettings limits) {
        return new StopTime(limits, 0);
    }

    long drainMs() {
        return limits.drainMs();
    }

    /** For sessions to store what they have in memory, after the drain. */
    long storeMs(int storeWaitMs) {
        return Math.min(storeWaitMs, limits.closeMs() / 2);
    }

    /** For the next part to close. */
    long partMs() {
        long keptMs = limits.closeMs() / PARTS;
        return Math.clamp(allMs - keptMs - since.ms(), 1, keptMs);
    }

    /** For the private database, which is closed last: all that is left. */
    Duration database() {
        return Duration.ofMillis(Math.max(limits.closeMs() / PARTS, allMs - since.ms()));
    }

    long spentMs() {
        return since.ms();
    }
}
