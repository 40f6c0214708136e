package io.reprise.mcp.channel;

import io.reprise.support.Stopwatch;
import java.util.concurrent.TimeUnit;

/** How long a request may still take. Progress extends it up to a ceiling. Thread-safe. */
public final class Deadline {
    private final Stopwatch watch = Stopwatch.started();
    private final long stepNanos;
    private final long ceilingNanos;
    private volatile long atNanos;

    /** @param ceilingMs from the beginning, whatever progress is made */
    public Deadline(long ms, long ceilingMs) {
        this.stepNanos = TimeUnit.MILLISECONDS.toNanos(ms);
        this.ceilingNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(ms, ceilingMs));
        this.atNanos = stepNanos;
    }

    /** Without an extension. */
    public static Deadline in(long ms) {
        return new Deadline(ms, ms);
    }

    /** For streams that have no end of their own. */
    static Deadline never() {
        return in(TimeUnit.DAYS.toMillis(10_000));
    }

    void progress() {
        atNanos = Math.min(watch.nanos() + stepNanos, ceilingNanos);
    }

    /** 0 if it has passed. */
    long leftNanos() {
        return Math.max(0, atNanos - watch.nanos());
    }

    boolean hasPassed() {
        return leftNanos() == 0;
    }

    McpFailure failure() {
        return McpFailure.of(
                McpFailure.Kind.TIMEOUT,
                "The server did not answer within " + TimeUnit.NANOSECONDS.toMillis(atNanos) + " ms.");
    }
}
