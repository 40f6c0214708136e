package io.reprise.schedule;

/**
 * How close together and how far away slots may lie.
 *
 * @param intervalMinMs of two neighbouring slots
 * @param horizonMs from now to the first slot, and of an interval
 */
public record Limits(long intervalMinMs, long horizonMs) {
    public Limits {
        if (intervalMinMs < 1 || horizonMs < intervalMinMs) {
            throw new IllegalArgumentException("1 <= intervalMinMs <= horizonMs");
        }
    }
}
