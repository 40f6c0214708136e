package io.reprise.session;

import io.reprise.support.MonotonicClock;
import java.util.LinkedHashMap;

/** When sessions failed last: one that soon fails again does not call its readers back. For one event loop. */
final class FailedSessions {
    private static final int KEPT_MAX = 1_000;

    private final MonotonicClock clock;
    private final long soonMs;
    private final LinkedHashMap<String, Long> failedMs = new LinkedHashMap<>();

    FailedSessions(MonotonicClock clock, long soonMs) {
        this.clock = clock;
        this.soonMs = soonMs;
    }

    /** Notes that it has failed just now. Returns whether it has failed only a short time before. */
    boolean failedAgain(String session) {
        long nowMs = clock.elapsedMs();
        Long beforeMs = failedMs.remove(session);
        failedMs.put(session, nowMs);
        if (failedMs.size() > KEPT_MAX) failedMs.pollFirstEntry();
        return beforeMs != null && nowMs - beforeMs < soonMs;
    }
}
