package io.reprise.schedule;

import java.util.OptionalLong;

/**
 * What to do with a slot that comes up for decision: those that were missed by then become one late run if the newest of
 * them is not too old, else they are skipped.
 *
 * @param runs whether there is a run, for all slots up to now
 * @param missed slots that get no run of their own, counted up to {@link #COUNT_MAX}
 * @param nextSlotMs the first slot after now
 */
public record MissedSlots(boolean runs, int missed, OptionalLong nextSlotMs) {
    public static final int COUNT_MAX = 1_000;

    /**
     * Decides.
     *
     * @param slotMs the first slot that was not decided; not later than now
     * @param missedGraceMs how late a slot may be
     */
    public static MissedSlots decide(Schedule schedule, long slotMs, long nowMs, long missedGraceMs) {
        if (slotMs > nowMs) throw new IllegalArgumentException("this slot is not due");
        long oldestMs = nowMs - missedGraceMs;
        boolean runs =
                slotMs >= oldestMs || schedule.nextSlotMs(slotMs, oldestMs - 1).orElse(Long.MAX_VALUE) <= nowMs;
        int due = count(schedule, slotMs, nowMs);
        return new MissedSlots(runs, runs ? due - 1 : due, schedule.nextSlotMs(slotMs, nowMs));
    }

    private static int count(Schedule schedule, long slotMs, long nowMs) {
        if (schedule instanceof Schedule.Interval interval) {
            return (int) Math.min(COUNT_MAX, (nowMs - slotMs) / interval.intervalMs() + 1);
        }
        int due = 0;
        OptionalLong next = OptionalLong.of(slotMs);
        while (due < COUNT_MAX && next.isPresent() && next.getAsLong() <= nowMs) {
            due++;
            next = schedule.nextSlotMs(next.getAsLong(), next.getAsLong());
        }
        return due;
    }
}
