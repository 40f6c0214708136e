package io.reprise.support;

/** The wall clock as a port: the only place where the time of day enters, so that tests move it by hand. */
@FunctionalInterface
public interface TimeSource {
    /** Milliseconds since the epoch, UTC. */
    long nowMs();

    static TimeSource system() {
        return System::currentTimeMillis;
    }
}
