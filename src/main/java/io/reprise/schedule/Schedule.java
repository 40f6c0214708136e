package io.reprise.schedule;

import java.util.OptionalLong;

/**
 * The times, called slots, at which something is due. Immutable and pure: whoever asks says what time it is. All times
 * are milliseconds since the epoch.
 */
public sealed interface Schedule permits Once, Interval, Cron, Immediate {
    /** How many slots are looked at, at most, to find those that were missed. */
    int MISSED_MAX = 100_000;

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
        long latest = slotMs;
        int before = 0;
        while (before < MISSED_MAX) {
            OptionalLong next = nextSlot(latest, latest);
            if (next.isEmpty() || next.getAsLong() > nowMs) break;
            latest = next.getAsLong();
            before++;
        }
        return new Missed(latest, before);
    }

    /**
     * @param latestMs the last slot that is due
     * @param before how many were due before that one
     */
    record Missed(long latestMs, int before) {}
}
