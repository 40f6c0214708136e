package io.reprise.gateway.socket;

import io.reprise.config.ServerSettings;

/** Decides when a socket must have sent hello, is pinged, receives a beat, and counts as silent. */
final class Liveness {
    private static final int PINGS_PER_SILENCE = 3;

    private final ServerSettings settings;
    private final long openedMs;
    private final long pingMs;
    private long receivedMs;
    private long pingedMs;
    private long beatMs;

    Liveness(ServerSettings settings, long nowMs) {
        this.settings = settings;
        this.openedMs = nowMs;
        this.pingMs = Math.min(settings.beatMs(), settings.silenceMs() / PINGS_PER_SILENCE);
        this.receivedMs = nowMs;
        this.pingedMs = nowMs;
        this.beatMs = nowMs;
    }

    /** Something was received, including a pong. */
    void received(long nowMs) {
        receivedMs = nowMs;
    }

    boolean helloOverdue(long nowMs) {
        return nowMs - openedMs >= settings.helloMs();
    }

    boolean silent(long nowMs) {
        return nowMs - receivedMs >= settings.silenceMs();
    }

    /** Returns true once per interval. */
    boolean pingDue(long nowMs) {
        if (nowMs - pingedMs < pingMs) return false;
        pingedMs = nowMs;
        return true;
    }

    /** Returns true once per interval. */
    boolean beatDue(long nowMs) {
        if (nowMs - beatMs < settings.beatMs()) return false;
        beatMs = nowMs;
        return true;
    }
}
