package io.reprise.session.recall;

import io.reprise.config.RecallSettings;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.schedule.Cron;
import io.reprise.schedule.Immediate;
import io.reprise.schedule.Interval;
import io.reprise.schedule.Limits;
import io.reprise.schedule.NaturalTime;
import io.reprise.schedule.Once;
import io.reprise.schedule.Schedule;
import io.reprise.schedule.ScheduleException;
import io.reprise.support.Current;
import io.reprise.support.ZoneNames;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Converts between schedules as plain data and schedules that compute slots, within the limits of the settings. */
final class RecallSchedules {
    private final Current<RecallSettings> settings;

    RecallSchedules(Current<RecallSettings> settings) {
        this.settings = settings;
    }

    private Limits limits() {
        RecallSettings now = settings.get();
        return new Limits(now.intervalMinMs(), now.horizonMs());
    }

    /** The schedule of an accepted recall. */
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
     * Parses a requested schedule at {@code nowMs} and computes its first slot.
     *
     * @throws ScheduleException if it is not understood or exceeds a limit
     */
    Read read(RecallSchedule asked, long nowMs) {
        Schedule schedule = parse(asked, nowMs);
        return new Read(madeIn(asked.zone(), data(schedule)), limits().firstSlot(schedule, nowMs));
    }

    /** Times of a recall are displayed in the zone in which it was created, even if they do not depend on the zone. */
    private static RecallSchedule madeIn(String zone, RecallSchedule schedule) {
        if (schedule.zone() != null || zone == null) return schedule;
        String name = zone.strip();
        if (!ZoneNames.isKnown(name)) throw new ScheduleException("`zone` must be the IANA name of a time zone.");
        return schedule.in(name);
    }

    record Read(RecallSchedule schedule, long firstMs) {}

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
        if (afterMs < 1) throw new ScheduleException("`afterMs` must be more than 0.");
        return Math.min(afterMs, settings.get().horizonMs() + 1);
    }

    private long interval(long everyMs) {
        if (everyMs < 1 || everyMs > settings.get().horizonMs()) {
            throw new ScheduleException("`everyMs` must be from "
                    + settings.get().intervalMinMs() + " to " + settings.get().horizonMs() + ".");
        }
        return everyMs;
    }

    private String zone(RecallSchedule asked) {
        return asked.zone() == null ? settings.get().zone() : asked.zone();
    }
}
