package io.reprise.session;

import io.reprise.support.MonotonicClock;
import java.util.LinkedHashMap;

/**
 * Ids under which the store had no session a moment ago, so that asking for them again and again costs nothing. A session
 * that is made is never hidden: nothing is kept of a look-up during which any session was made.
 */
final class AbsentSessions {
    private static final long KEPT_MS = 5_000;

    private final int most;
    private final MonotonicClock clock;
    private final LinkedHashMap<String, Long> sinceMs = new LinkedHashMap<>();
    private long changes;
    private int making;

    /** @param most ids that are kept; 0 keeps none */
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

    /** To be given to {@link #absent} with what a look-up that begins now has found. */
    long lookUpBegins() {
        return changes;
    }

    void absent(String session, long lookUp) {
        if (making > 0 || lookUp != changes || most == 0) return;
        sinceMs.remove(session);
        sinceMs.put(session, clock.elapsedMs());
        if (sinceMs.size() > most) sinceMs.pollFirstEntry();
    }

    /** Somebody begins to make the session. */
    void making(String session) {
        making++;
        changes++;
        sinceMs.remove(session);
    }

    /** It is made, or not. */
    void made(String session) {
        making--;
        changes++;
        sinceMs.remove(session);
    }
}
