package io.reprise.session;

import io.reprise.config.RecallSettings;
import io.reprise.message.RecallSchedule;
import io.reprise.schedule.Cron;
import io.reprise.schedule.Immediate;
import io.reprise.schedule.Interval;
import io.reprise.schedule.NaturalTime;
import io.reprise.schedule.Once;
import io.reprise.schedule.Schedule;
import io.reprise.schedule.ScheduleException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.OptionalLong;

/** From schedules as plain data to schedules that reckon, within the limits of the settings, and back. */
final class RecallSchedules {
    /** How many slots of a recurring schedule are looked at to see how close together they come. */
    private static final int LOOKED_AT = 16;

    private final RecallSettings limits;

    RecallSchedules(RecallSettings limits) {
        this.limits = limits;
    }

    /** What a recall that was accepted keeps to. */
    static Schedule of(RecallSchedule stored) {
        return switch (stored.kind()) {
            case ONCE -> new Once(OffsetDateTime.parse(stored.at()).toInstant().toEpochMilli());
            case INTERVAL -> new Interval(stored.everyMs());
            case CRON -> new Cron(stored.cron(), stored.zone());
            case IMMEDIATE -> new Immediate();
            case DELAY, NATURAL -> throw new IllegalArgumentException("asked for only: " + stored);
        };
    }

    static RecallSchedule data(Schedule schedule) {
        return switch (schedule) {
            case Once once ->
                RecallSchedule.once(Instant.ofEpochMilli(once.atMs()).toString());
            case Interval interval -> RecallSchedule.interval(interval.everyMs());
            case Cron cron -> RecallSchedule.cron(cron.expression(), cron.zone());
            case Immediate immediate -> RecallSchedule.immediate();
        };
    }

    /**
     * What is asked for at {@code nowMs}.
     *
     * @throws ScheduleException when it is not understood, or is beyond a limit
     */
    Schedule read(RecallSchedule asked, long nowMs) {
        Schedule schedule = parse(asked, nowMs);
        first(schedule, nowMs);
        return schedule;
    }

    /**
     * The first slot of something scheduled at {@code nowMs}.
     *
     * @throws ScheduleException when there is none, or it is beyond a limit
     */
    long first(Schedule schedule, long nowMs) {
        OptionalLong first = schedule.firstSlot(nowMs);
        if (first.isEmpty()) throw new ScheduleException("This time is over.");
        if (first.getAsLong() > nowMs + limits.horizonMs()) {
            throw new ScheduleException("A recall may be at most " + limits.horizonDays() + " days ahead.");
        }
        if (schedule.isRecurring()) checkGaps(schedule, first.getAsLong());
        return first.getAsLong();
    }

    private void checkGaps(Schedule schedule, long firstMs) {
        long slot = firstMs;
        for (int i = 0; i < LOOKED_AT; i++) {
            OptionalLong next = schedule.nextSlot(slot, slot);
            if (next.isEmpty()) return;
            if (next.getAsLong() - slot < limits.intervalMinMs()) {
                throw new ScheduleException(
                        "A recall may recur at most every " + limits.intervalMinMs() / 1_000.0 + " seconds.");
            }
            slot = next.getAsLong();
        }
    }

    private Schedule parse(RecallSchedule asked, long nowMs) {
        if (asked == null || asked.kind() == null) throw new ScheduleException("A recall needs a schedule.");
        return switch (asked.kind()) {
            case ONCE -> new Once(time(given(asked.at(), "at")));
            case DELAY -> new Once(nowMs + delay(given(asked.afterMs(), "afterMs")));
            case NATURAL -> NaturalTime.parse(given(asked.when(), "when"), zone(asked), nowMs);
            case INTERVAL -> new Interval(interval(given(asked.everyMs(), "everyMs")));
            case CRON -> new Cron(given(asked.cron(), "cron"), zone(asked));
            case IMMEDIATE -> new Immediate();
        };
    }

    private static <T> T given(T value, String name) {
        if (value == null) throw new ScheduleException("This kind of schedule needs `" + name + "`.");
        return value;
    }

    private static long time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw new ScheduleException("`at` must be a time such as 2030-01-31T09:00:00Z.");
        }
    }

    private long delay(long afterMs) {
        if (afterMs < 0) throw new ScheduleException("`afterMs` must not be negative.");
        return Math.min(afterMs, limits.horizonMs() + 1);
    }

    private long interval(long everyMs) {
        if (everyMs < limits.intervalMinMs() || everyMs > limits.horizonMs()) {
            throw new ScheduleException(
                    "`everyMs` must be from " + limits.intervalMinMs() + " to " + limits.horizonMs() + ".");
        }
        return everyMs;
    }

    private String zone(RecallSchedule asked) {
        return asked.zone() == null ? limits.zone() : asked.zone();
    }
}
