package io.reprise.schedule;

import java.util.OptionalLong;

/** Due at the times of the wall clock of a zone that a cron expression names. */
public record Cron(String expression, String zone) implements Schedule {
    /** @throws ScheduleException when the expression or the zone is none */
    public Cron {
        throw new ScheduleException("This server does not do cron schedules yet.");
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
        return OptionalLong.empty();
    }
}
