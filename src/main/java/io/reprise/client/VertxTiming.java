package io.reprise.client;

import io.vertx.core.Vertx;

/** Timers of Vert.x. Used on the client's context, on which they then run. */
record VertxTiming(Vertx vertx) implements Timing {
    @Override
    public long nowMs() {
        return System.currentTimeMillis();
    }

    @Override
    public long elapsedMs() {
        return System.nanoTime() / 1_000_000;
    }

    @Override
    public Timer after(long ms, Runnable action) {
        long id = vertx.setTimer(Math.max(1, ms), fired -> action.run());
        return () -> vertx.cancelTimer(id);
    }
}
