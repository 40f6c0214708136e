package io.reprise.schedule;

/** What came of a {@link Wish}. */
public sealed interface Plan {
    record Scheduled(Schedule schedule, long firstSlotMs) implements Plan {}

    /** {@code message} says why, and is safe to show. */
    record Refused(String message) implements Plan {}
}
