package io.reprise.session;

import io.reprise.support.Backoff;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Brings sessions with unfinished work into memory whether or not anybody attaches: a few at a time, and each of them
 * again until the store has answered. For one event loop.
 */
final class Recovery {
    private final Vertx vertx;
    private final int atOnce;
    private final Backoff backoff;
    private final Function<String, Future<?>> load;
    private final Deque<String> left = new ArrayDeque<>();
    private int underWay;
    private int failuresInRow;

    /** @param load brings a session into memory; it fails when the store is away */
    Recovery(Vertx vertx, int atOnce, Backoff backoff, Function<String, Future<?>> load) {
        this.vertx = vertx;
        this.atOnce = atOnce;
        this.backoff = backoff;
        this.load = load;
    }

    /** The session could not come back into memory; unless it waits already. */
    void add(String session) {
        if (!left.contains(session)) add(List.of(session));
    }

    void add(Collection<String> sessions) {
        left.addAll(sessions);
        while (underWay < Math.min(atOnce, left.size())) {
            underWay++;
            nextAfterPause();
        }
    }

    private void next() {
        String session = left.poll();
        if (session == null) {
            underWay--;
            return;
        }
        load.apply(session).onComplete(done -> {
            if (done.failed()) left.add(session);
            failuresInRow = done.failed() ? failuresInRow + 1 : 0;
            nextAfterPause();
        });
    }

    /** Not from within the answer of the one before: many that are answered at once must not nest. */
    private void nextAfterPause() {
        if (failuresInRow == 0) vertx.runOnContext(now -> next());
        else vertx.setTimer(backoff.pauseMs(failuresInRow), timer -> next());
    }
}
