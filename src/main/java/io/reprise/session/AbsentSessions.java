package io.reprise.session;

import io.reprise.support.MonotonicClock;
import java.util.LinkedHashMap;

/**
 * Remembers ids for which the store recently had no session, so that repeated requests for them cost nothing. It never
 * hides a session that exists: the result of a look-up is not remembered if any session was created meanwhile.
 */
final class AbsentSessions {
    private static final long KEPT_MS = 5_000;

    private final int most;
    private final MonotonicClock clock;
    private final LinkedHashMap<String, Long> sinceMs = new LinkedHashMap<>();
    private long changes;
    private int making;

    /** @param most largest number of ids; 0 turns this off */
    AbsentSessions(int most, MonotonicClock clock) {
        this.most = most;
        this.clock = clock;
    }

    boolean contains(String session) {
        Long since = sinceMs.get(session);
        if (since == null) return false;
        if (clock.elapsedMs() - since < KEPT_MS) return true;
        sinceMs.remove(session);
        return false;
    }

    /** Call this before a look-up, and pass the result to {@link #absent} if no session was found. */
    long lookUpBegins() {
        return changes;
    }

    void absent(String session, long lookUp) {
        if (making > 0 || lookUp != changes || most == 0) return;
        sinceMs.remove(session);
        sinceMs.put(session, clock.elapsedMs());
        if (sinceMs.size() > most) sinceMs.pollFirstEntry();
    }

    /** The creation of this session begins. */
    void making(String session) {
        making++;
        changes++;
        sinceMs.remove(session);
    }

    /** The creation of this session has ended, with or without success. */
    void made(String session) {
        making--;
        changes++;
        sinceMs.remove(session);
    }
}
