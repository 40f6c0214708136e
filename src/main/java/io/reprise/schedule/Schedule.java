package io.reprise.schedule;

import java.util.OptionalLong;

/**
 * The times, called slots, at which something is due. Immutable and pure: the caller passes the current time. All
 * times are milliseconds since the epoch.
 */
public sealed interface Schedule permits Once, Interval, Cron, Immediate {
    /** How many missed slots are counted, at most. */
    int MISSED_MAX = 1_000;

    /** Whether there is more than one slot. */
    boolean isRecurring();

    /** The first slot of something scheduled at {@code nowMs}; empty when there is none any more. */
    OptionalLong firstSlot(long nowMs);

    /**
     * The first slot behind both {@code slotMs}, which is a slot, and {@code nowMs}: at a fixed rate, without drift. Empty
     * when there is none.
     */
    OptionalLong nextSlot(long slotMs, long nowMs);

    /** What became due in [slotMs, nowMs], {@code slotMs} being a slot and not after {@code nowMs}. */
    default Missed missed(long slotMs, long nowMs) {
        return new Missed(slotMs, 0);
    }

    /**
     * @param latestMs the last slot that is due
     * @param before how many were due before that one, counted up to {@link #MISSED_MAX}
     */
    record Missed(long latestMs, int before) {}
}
