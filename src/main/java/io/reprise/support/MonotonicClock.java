package io.reprise.support;

/**
 * Port: a clock that never jumps, for all waits, timeouts and ages. Only the difference of two readings has a meaning:
 * readings are never stored, displayed, or passed to another process.
 */
@FunctionalInterface
public interface MonotonicClock {
    /** Milliseconds since an arbitrary start, not negative. Changes of the machine's time do not affect it. */
    long elapsedMs();

    /** A new clock with its own origin. */
    static MonotonicClock system() {
        return Stopwatch.started()::ms;
    }
}
