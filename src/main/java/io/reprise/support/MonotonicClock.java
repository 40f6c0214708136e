package io.reprise.support;

/**
 * A clock that never steps, as a port: for every wait, silence and age. Only the difference of two of its readings means
 * something: they are never stored, shown, or given to another process.
 */
@FunctionalInterface
public interface MonotonicClock {
    /** Milliseconds since some moment of this clock, not negative; a change of the machine's time does not move them. */
    long elapsedMs();

    /** A new clock with its own origin. */
    static MonotonicClock system() {
        return Stopwatch.started()::ms;
    }
}
