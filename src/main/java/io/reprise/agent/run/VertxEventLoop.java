package io.reprise.agent.run;

import io.reprise.support.Stopwatch;
import io.vertx.core.Context;
import io.vertx.core.Vertx;

/** The event loop of a verticle. */
public record VertxEventLoop(Vertx vertx, Context context, Stopwatch watch) implements EventLoop {
    @Override
    public void run(Runnable action) {
        context.runOnContext(nothing -> action.run());
    }

    @Override
    public Timer after(long ms, Runnable action) {
        long id = vertx.setTimer(Math.max(1, ms), fired -> action.run());
        return () -> vertx.cancelTimer(id);
    }

    @Override
    public long nowMs() {
        return watch.ms();
    }
}
