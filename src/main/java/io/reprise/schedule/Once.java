package io.reprise.schedule;

import java.util.OptionalLong;

/** Due once, at a time. */
public record Once(long atMs) implements Schedule {
    @Override
    public boolean isRecurring() {
        return false;
    }

    @Override
    public OptionalLong firstSlot(long nowMs) {
        return atMs >= nowMs ? OptionalLong.of(atMs) : OptionalLong.empty();
    }

    @Override
    public OptionalLong nextSlot(long slotMs, long nowMs) {
        return OptionalLong.empty();
    }
}
