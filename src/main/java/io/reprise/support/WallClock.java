package io.reprise.support;

/**
 * The time of day as a port: for what people see, what is stored and what others agreed on, such as the end of a token. It
 * may step either way at any moment, so no length of time is measured by it: that is what {@link MonotonicClock} is for.
 */
@FunctionalInterface
public interface WallClock {
    /** Milliseconds since the epoch, UTC. */
    long nowMs();

    static WallClock system() {
        return System::currentTimeMillis;
    }
}
