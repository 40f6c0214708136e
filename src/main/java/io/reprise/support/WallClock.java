package io.reprise.support;

/**
 * Port: the time of day, for times that are displayed, stored or agreed with others, such as the expiry of a token. It
 * may jump in both directions at any moment, so durations are measured with {@link MonotonicClock} instead.
 */
@FunctionalInterface
public interface WallClock {
    /** Milliseconds since the epoch, UTC. */
    long nowMs();

    static WallClock system() {
        return System::currentTimeMillis;
    }
}
