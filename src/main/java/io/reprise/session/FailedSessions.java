package io.reprise.session;

import io.reprise.support.MonotonicClock;
import java.util.LinkedHashMap;

/**
 * When sessions failed last. The readers of a session that fails repeatedly are not told to attach again. For one event
 * loop.
 */
final class FailedSessions {
    private static final int KEPT_MAX = 1_000;

    private final MonotonicClock clock;
    private final long soonMs;
    private final LinkedHashMap<String, Long> failedMs = new LinkedHashMap<>();

    FailedSessions(MonotonicClock clock, long soonMs) {
        this.clock = clock;
        this.soonMs = soonMs;
    }

    /** Records a failure. Returns whether the previous one was only a short time ago. */
    boolean failedAgain(String session) {
        long nowMs = clock.elapsedMs();
        Long beforeMs = failedMs.remove(session);
        failedMs.put(session, nowMs);
        if (failedMs.size() > KEPT_MAX) failedMs.pollFirstEntry();
        return beforeMs != null && nowMs - beforeMs < soonMs;
    }
}
