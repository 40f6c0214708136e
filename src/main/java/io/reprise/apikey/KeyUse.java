package io.reprise.apikey;

import java.time.Duration;

/** The use of one key on this node. Thread-safe. */
final class KeyUse {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    private long day;
    private int recorded;
    private int pending;
    private long seenMs;
    private boolean ended;

    /** Counts a request; false if it would be more than {@code perDay}, 0 for no limit. */
    synchronized boolean take(int perDay, long nowMs) {
        turn(nowMs);
        if (perDay > 0 && recorded + pending >= perDay) return false;
        pending++;
        return true;
    }

    /** So many requests of this day are recorded, those of other nodes included. */
    synchronized void recorded(int today, long nowMs) {
        turn(nowMs);
        recorded = Math.max(recorded, today);
    }

    /** The requests that are not recorded. */
    synchronized int pending() {
        return pending;
    }

    /** So many of the pending requests are recorded, which makes {@code today} in all. */
    synchronized void flushed(int count, int today, long nowMs) {
        turn(nowMs);
        pending = Math.max(0, pending - count);
        recorded = today;
    }

    /** What is pending at midnight is recorded as of the new day, and counts there. */
    private void turn(long nowMs) {
        seenMs = nowMs;
        long today = Math.floorDiv(nowMs, DAY_MS);
        if (today == day) return;
        day = today;
        recorded = 0;
    }

    /** Somebody who brought the key is connected. Returns whether the key has ended. */
    synchronized boolean hasEnded(long nowMs) {
        seenMs = nowMs;
        return ended;
    }

    synchronized void end() {
        ended = true;
        pending = 0;
    }

    synchronized boolean isForgettable(long nowMs, long afterMs) {
        return pending == 0 && nowMs - seenMs > afterMs;
    }
}
