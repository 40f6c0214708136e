package io.reprise.schedule;

import java.util.OptionalLong;

/**
 * The times, called slots, at which something is due. Immutable and pure: the caller passes the current time. All
 * times are milliseconds since the epoch.
 */
public sealed interface Schedule permits Once, Interval, Cron, Immediate {
    /** Missed slots are counted up to this number. */
    int MISSED_MAX = 1_000;

    /** Whether there is more than one slot. */
    boolean isRecurring();

    /** The first slot of an item that is scheduled at {@code nowMs}; empty if there is none. */
    OptionalLong firstSlot(long nowMs);

    /**
     * The first slot after both {@code slotMs}, which is a slot, and {@code nowMs}. The rate is fixed and does not
     * drift. Empty if there is none.
     */
    OptionalLong nextSlot(long slotMs, long nowMs);

    /** The slots from {@code slotMs}, which is a slot, to {@code nowMs}, which is not earlier. */
    default Missed missed(long slotMs, long nowMs) {
        return new Missed(slotMs, 0);
    }

    /**
     * @param latestMs the latest slot that is due
     * @param before number of due slots before it, counted up to {@link #MISSED_MAX}
     */
    record Missed(long latestMs, int before) {}
}
