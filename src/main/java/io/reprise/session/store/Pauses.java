package io.reprise.session.store;

/**
 * When no server had a run because one was stopped in order.
 *
 * @param count how often, the pause that goes on included
 * @param sinceMs when the pause began that goes on; null when none does
 * @param downMs how long those were that are over
 */
public record Pauses(int count, Long sinceMs, long downMs) {
    public static final Pauses NONE = new Pauses(0, null, 0);

    Pauses begun(long nowMs) {
        return new Pauses(count + 1, nowMs, downMs);
    }

    /** Nothing changes when none goes on. The clock may have been set back meanwhile. */
    Pauses over(long nowMs) {
        return sinceMs == null ? this : new Pauses(count, null, downMs + Math.max(0, nowMs - sinceMs));
    }
}
