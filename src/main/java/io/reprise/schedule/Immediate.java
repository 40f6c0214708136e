package io.reprise.schedule;

import java.util.OptionalLong;

/** Due once, immediately. */
public record Immediate() implements Schedule {
    @Override
    public boolean isRecurring() {
        return false;
    }

    @Override
    public OptionalLong firstSlot(long nowMs) {
        return OptionalLong.of(nowMs);
    }

    @Override
    public OptionalLong nextSlot(long slotMs, long nowMs) {
        return OptionalLong.empty();
    }
}
