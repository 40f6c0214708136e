package io.reprise.support;

/** The wall clock as a port: the only place where the time of day enters, so that tests move it by hand. */
@FunctionalInterface
public interface TimeSource {
    /** Milliseconds since the epoch, UTC. */
    long nowMs();

    static TimeSource system() {
        return System::currentTimeMillis;
    }

    /** Milliseconds since some moment, for durations: a change of the machine's clock does not move it. */
    static TimeSource monotonic() {
        return () -> System.nanoTime() / 1_000_000;
    }
}
