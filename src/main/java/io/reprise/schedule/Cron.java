package io.reprise.schedule;

import java.time.ZoneId;
import java.util.OptionalLong;

/**
 * Due whenever the clocks of a zone show what an expression of five fields says; {@link CronRule} tells what that means
 * where the clocks change.
 *
 * @param zone IANA name
 */
public record Cron(String expression, String zone) implements Schedule {
    /** @throws ScheduleException when the expression or the zone is none */
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

    /** A year holds half a million minutes: the latest slot is found by halving, and only so many are counted. */
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
