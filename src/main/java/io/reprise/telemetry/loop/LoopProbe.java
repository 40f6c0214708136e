package io.reprise.telemetry.loop;

import io.reprise.support.MonotonicClock;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Measures the event loop that it runs on: how late its tasks are. */
final class LoopProbe extends VerticleBase {
    static final int EVERY_MS = 100;
    private static final int WINDOW_MS = 5_000;

    private final MonotonicClock clock;
    private volatile Thread thread;
    private volatile long tickMs;
    private volatile long lagMs;
    private volatile long lagBeforeMs;
    private long windowMs;

    LoopProbe(MonotonicClock clock) {
        this.clock = clock;
    }

    @Override
    public Future<?> start() {
        windowMs = clock.elapsedMs();
        tickMs = windowMs;
        thread = Thread.currentThread();
        vertx.setPeriodic(EVERY_MS, timer -> tick(clock.elapsedMs()));
        return Future.succeededFuture();
    }

    private void tick(long nowMs) {
        lagMs = Math.max(lagMs, nowMs - tickMs - EVERY_MS);
        if (nowMs - windowMs >= WINDOW_MS) {
            lagBeforeMs = lagMs;
            lagMs = 0;
            windowMs = nowMs;
        }
        tickMs = nowMs;
    }

    /** The thread of the loop. */
    Thread thread() {
        return thread;
    }

    /** When the loop was free last. */
    long tickMs() {
        return tickMs;
    }

    /** The longest delay of the last seconds, with the one that lasts at the moment. */
    long lagMs(long nowMs) {
        return Math.max(nowMs - tickMs - EVERY_MS, Math.max(lagMs, lagBeforeMs));
    }
}
