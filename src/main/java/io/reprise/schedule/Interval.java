package io.reprise.schedule;

import java.util.OptionalLong;

/** Due repeatedly at a fixed interval, first after one interval. */
public record Interval(long everyMs) implements Schedule {
    public Interval {
        if (everyMs <= 0) throw new ScheduleException("An interval must be positive.");
    }

    @Override
    public boolean isRecurring() {
        return true;
    }

    @Override
    public OptionalLong firstSlot(long nowMs) {
        return OptionalLong.of(nowMs + everyMs);
    }

    @Override
    public OptionalLong nextSlot(long slotMs, long nowMs) {
        long passed = Math.max(0, nowMs - slotMs) / everyMs;
        return OptionalLong.of(slotMs + (passed + 1) * everyMs);
    }

    @Override
    public Missed missed(long slotMs, long nowMs) {
        long before = (nowMs - slotMs) / everyMs;
        return new Missed(slotMs + before * everyMs, (int) Math.min(before, MISSED_MAX));
    }
}
