package io.reprise.mcp.channel;

import io.reprise.support.Stopwatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How long a request may still take. Progress extends it up to a ceiling. While a person is asked, the time stands still.
 * Thread-safe.
 */
public final class Deadline {
    private final Stopwatch watch = Stopwatch.started();
    private final long stepNanos;
    private final long ceilingNanos;
    private final AtomicReference<Times> times;

    /**
     * @param atNanos when it passes, without the pauses
     * @param pausedNanos length of all pauses that are over
     * @param sinceNanos beginning of the pause that is not over; negative if there is none
     * @param pauseNanos longest pause
     */
    private record Times(long atNanos, long pausedNanos, long sinceNanos, long pauseNanos) {
        boolean isPaused() {
            return sinceNanos >= 0;
        }
    }

    /** @param ceilingMs from the beginning, whatever progress is made */
    public Deadline(long ms, long ceilingMs) {
        this.stepNanos = TimeUnit.MILLISECONDS.toNanos(ms);
        this.ceilingNanos = TimeUnit.MILLISECONDS.toNanos(Math.max(ms, ceilingMs));
        this.times = new AtomicReference<>(new Times(stepNanos, 0, -1, 0));
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
        times.updateAndGet(now -> now.isPaused() ? now : extended(now, now.pausedNanos()));
    }

    private Times extended(Times now, long pausedNanos) {
        long at = Math.min(watch.nanos() - pausedNanos + stepNanos, ceilingNanos);
        return new Times(at, pausedNanos, -1, 0);
    }

    /**
     * Stops the time.
     *
     * @param mostMs after this time the deadline passes all the same
     */
    public void pause(long mostMs) {
        long most = TimeUnit.MILLISECONDS.toNanos(mostMs);
        times.updateAndGet(
                now -> now.isPaused() ? now : new Times(now.atNanos(), now.pausedNanos(), watch.nanos(), most));
    }

    /** The time passes again, with at least one step left below the ceiling. */
    public void resume() {
        times.updateAndGet(
                now -> now.isPaused() ? extended(now, now.pausedNanos() + watch.nanos() - now.sinceNanos()) : now);
    }

    /** 0 if it has passed. */
    public long leftNanos() {
        Times now = times.get();
        long at = now.isPaused() ? now.sinceNanos() + now.pauseNanos() : now.atNanos() + now.pausedNanos();
        return Math.max(0, at - watch.nanos());
    }

    boolean hasPassed() {
        return leftNanos() == 0;
    }

    McpFailure failure() {
        return McpFailure.of(
                McpFailure.Kind.TIMEOUT,
                "The server did not answer within "
                        + TimeUnit.NANOSECONDS.toMillis(times.get().atNanos()) + " ms.");
    }
}
