package io.reprise.schedule;

import java.time.ZoneId;
import java.util.OptionalLong;

/**
 * Due whenever the local time of a zone matches a cron expression of five fields; {@link CronRule} describes what
 * happens where the clocks change.
 *
 * @param zone IANA name
 */
public record Cron(String expression, String zone) implements Schedule {
    /** @throws ScheduleException if the expression or the zone is invalid */
    public Cron {
        expression = CronRule.parse(expression).expression();
        zone = Zones.of(zone).getId();
    }

    @Override
    public boolean isRecurring() {
        return true;
    }

    @Override
    public OptionalLong firstSlot(long nowMs) {
        return nextSlot(nowMs, nowMs);
    }

    @Override
    public OptionalLong nextSlot(long slotMs, long nowMs) {
        return CronRule.parse(expression).nextMs(Math.max(slotMs, nowMs), Zones.of(zone));
    }

    /**
     * A year can have half a million slots. So the latest slot is found by bisection, and at most {@link #MISSED_MAX}
     * slots are counted.
     */
    @Override
    public Missed missed(long slotMs, long nowMs) {
        CronRule rule = CronRule.parse(expression);
        ZoneId in = Zones.of(zone);
        long latestMs = slotMs;
        long afterMs = nowMs;
        while (latestMs < afterMs) {
            long middleMs = latestMs + (afterMs - latestMs) / 2;
            OptionalLong next = rule.nextMs(middleMs, in);
            if (next.isPresent() && next.getAsLong() <= nowMs) latestMs = next.getAsLong();
            else afterMs = middleMs;
        }
        int before = 0;
        long countedMs = slotMs;
        while (countedMs < latestMs && before < MISSED_MAX) {
            countedMs = rule.nextMs(countedMs, in).orElseThrow();
            before++;
        }
        return new Missed(latestMs, before);
    }
}
