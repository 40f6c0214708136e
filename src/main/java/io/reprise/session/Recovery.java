package io.reprise.session;

import io.reprise.support.Backoff;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Loads sessions with unfinished work even if no client attaches: a few at a time, with retries until the store
 * answers. For one event loop.
 */
final class Recovery {
    private final Vertx vertx;
    private final int atOnce;
    private final Current<Backoff> backoff;
    private final Function<String, Future<?>> load;
    private final Deque<String> left = new ArrayDeque<>();
    private int underWay;
    private int failuresInRow;

    /** @param load loads a session; its future fails while the store is unavailable */
    Recovery(Vertx vertx, int atOnce, Current<Backoff> backoff, Function<String, Future<?>> load) {
        this.vertx = vertx;
        this.atOnce = atOnce;
        this.backoff = backoff;
        this.load = load;
    }

    /** Adds a session that could not be loaded, unless it is already waiting. */
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

    /** Starts the next load asynchronously, because many loads that complete immediately must not recurse. */
    private void nextAfterPause() {
        if (failuresInRow == 0) vertx.runOnContext(now -> next());
        else vertx.setTimer(backoff.get().pauseMs(failuresInRow), timer -> next());
    }
}
