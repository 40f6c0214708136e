package io.reprise.gateway.socket;

import io.reprise.gateway.limit.Intake;

/** Tracks the incomplete message of a socket: its size, and since when. */
final class Unfinished {
    private static final long NEVER = -1;

    private final Intake.Held held;
    private final int receiveMs;
    private long sinceMs = NEVER;

    Unfinished(Intake.Held held, int receiveMs) {
        this.held = held;
        this.receiveMs = receiveMs;
    }

    /**
     * Returns false if a limit is exceeded.
     *
     * @param bytes received bytes of an incomplete message
     * @param waitingBytes bytes of complete frames that wait for the socket; the client is not responsible for how long
     *     they wait
     */
    boolean holds(long bytes, long waitingBytes, long nowMs) {
        if (bytes == 0) sinceMs = NEVER;
        else if (sinceMs == NEVER) sinceMs = nowMs;
        return held.set(bytes + waitingBytes);
    }

    /** A message is complete; the next bytes begin another one. */
    void whole() {
        sinceMs = NEVER;
    }

    boolean overdue(long nowMs) {
        return sinceMs != NEVER && nowMs - sinceMs >= receiveMs;
    }

    /** The message is not kept any more. */
    void end() {
        sinceMs = NEVER;
        held.set(0);
    }
}
