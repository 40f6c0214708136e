package io.reprise.session.store;

/**
 * The times when no server had a run because of an orderly stop.
 *
 * @param count number of pauses, including the current one
 * @param sinceMs start of the current pause, or null
 * @param downMs total length of the earlier pauses
 */
public record Pauses(int count, Long sinceMs, long downMs) {
    public static final Pauses NONE = new Pauses(0, null, 0);

    Pauses begun(long nowMs) {
        return new Pauses(count + 1, nowMs, downMs);
    }

    /** Ends the current pause, if there is one. The clock may have been set back meanwhile. */
    Pauses over(long nowMs) {
        return sinceMs == null ? this : new Pauses(count, null, downMs + Math.max(0, nowMs - sinceMs));
    }
}
