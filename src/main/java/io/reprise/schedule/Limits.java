package io.reprise.schedule;

import io.reprise.support.Durations;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Limits of schedules: the minimum interval between two slots and the maximum time until the first.
 *
 * @param intervalMinMs between two consecutive slots
 * @param horizonMs from now to the first slot
 */
public record Limits(long intervalMinMs, long horizonMs) {
    /**
     * Number of consecutive slots of a cron expression that are checked. An expression that is too frequent shows this
     * within them.
     */
    private static final int SLOTS_MEASURED = 100;

    public Limits {
        if (intervalMinMs < 1 || horizonMs < intervalMinMs) {
            throw new IllegalArgumentException("1 <= intervalMinMs <= horizonMs");
        }
    }

    /**
     * The first slot of a schedule that is within the limits.
     *
     * @throws ScheduleException if the schedule is not within the limits or has no slot in the future
     */
    public long firstSlot(Schedule schedule, long nowMs) {
        if (schedule instanceof Once once && once.atMs() <= nowMs) {
            Instant at = Instant.ofEpochMilli(once.atMs()).truncatedTo(ChronoUnit.SECONDS);
            throw new ScheduleException("This time is in the past: " + at + ".");
        }
        long firstMs = schedule.firstSlot(nowMs).orElseThrow(() -> new ScheduleException("Invalid date."));
        if (firstMs - nowMs > horizonMs) {
            throw new ScheduleException("This is too far in the future: at most "
                    + TimeUnit.MILLISECONDS.toDays(horizonMs) + " days from now are possible.");
        }
        if (apartMs(schedule, firstMs) < intervalMinMs) {
            throw new ScheduleException(
                    "This is too often: the minimum interval is " + Durations.text(intervalMinMs) + ".");
        }
        return firstMs;
    }

    /** The shortest interval between two of the next slots, in milliseconds. */
    private static long apartMs(Schedule schedule, long firstMs) {
        return switch (schedule) {
            case Once once -> Long.MAX_VALUE;
            case Immediate immediate -> Long.MAX_VALUE;
            case Interval interval -> interval.everyMs();
            case Cron cron -> apartMs(CronRule.parse(cron.expression()), cron, firstMs);
        };
    }

    private static long apartMs(CronRule rule, Cron cron, long firstMs) {
        long apartMs = Long.MAX_VALUE;
        long slotMs = firstMs;
        for (int i = 0; i < SLOTS_MEASURED; i++) {
            OptionalLong next = rule.nextMs(slotMs, Zones.of(cron.zone()));
            if (next.isEmpty()) return apartMs;
            apartMs = Math.min(apartMs, next.getAsLong() - slotMs);
            slotMs = next.getAsLong();
        }
        return apartMs;
    }
}
