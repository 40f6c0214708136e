package io.reprise.schedule;

import io.reprise.support.Durations;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Makes schedules of wishes, within limits. Immutable. */
public final class Planner {
    /** Neighbouring slots of a cron rule that are measured: one that is too quick shows it at once. */
    private static final int SLOTS_MEASURED = 100;

    private static final int CHARS_MAX = 200;

    private final Limits limits;
    private final ZoneId zone;

    /** @param zone of wishes that name none */
    public Planner(Limits limits, ZoneId zone) {
        this.limits = limits;
        this.zone = zone;
    }

    public Plan plan(Wish wish, long nowMs) {
        try {
            Schedule schedule = read(wish, nowMs);
            OptionalLong first = schedule.firstSlotMs(nowMs);
            if (first.isEmpty()) return new Plan.Refused("This date never comes.");
            check(schedule, first.getAsLong(), nowMs);
            return new Plan.Scheduled(schedule, first.getAsLong());
        } catch (IllegalArgumentException e) {
            return new Plan.Refused(e.getMessage());
        }
    }

    private Schedule read(Wish wish, long nowMs) {
        boolean immediate = Boolean.TRUE.equals(wish.now());
        long given = Stream.of(wish.at(), wish.in(), wish.every(), wish.cron(), wish.when())
                        .filter(Objects::nonNull)
                        .peek(Planner::checkLength)
                        .count()
                + (immediate ? 1 : 0);
        if (given != 1) {
            throw new IllegalArgumentException(
                    "Say when, in exactly one way: \"at\", \"in\", \"every\", \"cron\", \"when\" or \"now\".");
        }
        ZoneId in = wish.zone() == null || wish.zone().isBlank() ? zone : Zones.of(wish.zone());
        if (immediate) return new Schedule.Immediate();
        if (wish.at() != null) return new Schedule.Once(IsoTime.read(wish.at(), in, nowMs));
        if (wish.in() != null) return new Schedule.Once(nowMs + Amount.readMs(wish.in()));
        if (wish.every() != null) return new Schedule.Interval(Amount.readMs(wish.every()));
        if (wish.cron() != null) return new Schedule.Cron(CronRule.parse(wish.cron()), in);
        return NaturalTime.read(wish.when(), in, nowMs);
    }

    private static void checkLength(String text) {
        if (text.length() > CHARS_MAX) {
            throw new IllegalArgumentException("A time takes at most " + CHARS_MAX + " characters.");
        }
    }

    private void check(Schedule schedule, long firstMs, long nowMs) {
        boolean immediate = schedule instanceof Schedule.Immediate;
        if (firstMs <= nowMs && !immediate) {
            Instant at = Instant.ofEpochMilli(firstMs).truncatedTo(ChronoUnit.SECONDS);
            throw new IllegalArgumentException("This time has passed: " + at + ".");
        }
        if (firstMs - nowMs > limits.horizonMs()) {
            throw new IllegalArgumentException("This is too far away: at most "
                    + TimeUnit.MILLISECONDS.toDays(limits.horizonMs()) + " days from now are possible.");
        }
        if (apartMs(schedule, firstMs) < limits.intervalMinMs()) {
            throw new IllegalArgumentException(
                    "This is too often: at least " + Durations.text(limits.intervalMinMs()) + " must lie between.");
        }
    }

    /** The shortest time between two of the next slots. */
    private static long apartMs(Schedule schedule, long firstMs) {
        if (schedule instanceof Schedule.Interval interval) return interval.intervalMs();
        long apartMs = Long.MAX_VALUE;
        long slotMs = firstMs;
        for (int i = 0; i < SLOTS_MEASURED; i++) {
            OptionalLong next = schedule.nextSlotMs(slotMs, slotMs);
            if (next.isEmpty()) return apartMs;
            apartMs = Math.min(apartMs, next.getAsLong() - slotMs);
            slotMs = next.getAsLong();
        }
        return apartMs;
    }
}
