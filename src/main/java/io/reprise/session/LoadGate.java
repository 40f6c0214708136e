package io.reprise.session;

import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Limits the number of sessions that are loaded at the same time, so that loads never queue for database connections.
 * Loads for users and loads without a waiting user have separate queues (lanes), which take turns: however many recalls
 * are due, every second load is one that a user waits for. For one event loop.
 */
public final class LoadGate {
    private final int atOnce;
    private final int waitingMax;
    private final Metrics metrics;
    private final Map<Lane, LinkedHashMap<String, Waiting<?>>> lanes = new EnumMap<>(Lane.class);
    private Lane turn = Lane.PEOPLE;
    private int underWay;
    private int failuresInRow;
    private boolean lettingIn;

    /** Why a session is loaded. */
    enum Lane {
        PEOPLE,
        BACKGROUND;

        private Lane other() {
            return this == PEOPLE ? BACKGROUND : PEOPLE;
        }
    }

    private record Waiting<T>(Supplier<Future<T>> load, Promise<T> answer) {
        Future<T> started() {
            try {
                return load.get();
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            }
        }
    }

    /**
     * @param atOnce most concurrent loads
     * @param waitingMax most waiting loads per lane
     */
    LoadGate(int atOnce, int waitingMax, Metrics metrics) {
        this.atOnce = atOnce;
        this.waitingMax = waitingMax;
        this.metrics = metrics;
        for (Lane lane : Lane.values()) lanes.put(lane, new LinkedHashMap<>());
    }

    /** Whether another load may wait. If not, the refusal is counted. */
    boolean hasRoom(Lane lane) {
        if (underWay < atOnce || lanes.get(lane).size() < waitingMax) return true;
        metrics.loadRefused();
        return false;
    }

    /**
     * Calls {@code load} in turn. A session waits at most once at a time. If the store stops answering, the future
     * fails without a call.
     */
    <T> Future<T> enter(Lane lane, String session, Supplier<Future<T>> load) {
        Waiting<T> waiting = new Waiting<>(load, Promise.promise());
        lanes.get(lane).put(session, waiting);
        metrics.loadsWaiting(1);
        letIn();
        return waiting.answer().future();
    }

    /** A user now waits for the session, so its load moves to the end of that lane. */
    void hurry(String session) {
        Waiting<?> waiting = lanes.get(Lane.BACKGROUND).remove(session);
        if (waiting != null) lanes.get(Lane.PEOPLE).put(session, waiting);
    }

    /** Starts waiting loads. A loop instead of recursion, for loads that complete immediately. */
    private void letIn() {
        if (lettingIn) return;
        lettingIn = true;
        while (underWay < atOnce) {
            Waiting<?> next = next();
            if (next == null) break;
            underWay++;
            start(next);
        }
        lettingIn = false;
    }

    private Waiting<?> next() {
        Lane lane = lanes.get(turn).isEmpty() ? turn.other() : turn;
        turn = lane.other();
        Map.Entry<String, Waiting<?>> first = lanes.get(lane).pollFirstEntry();
        if (first == null) return null;
        metrics.loadsWaiting(-1);
        return first.getValue();
    }

    private <T> void start(Waiting<T> waiting) {
        waiting.started().onComplete(done -> {
            underWay--;
            failuresInRow = done.succeeded() ? 0 : failuresInRow + 1;
            try {
                waiting.answer().handle(done);
                if (failuresInRow >= atOnce) failWaiting(done.cause());
            } finally {
                letIn();
            }
        });
    }

    /** The store is unavailable: all waiting loads fail immediately. */
    private void failWaiting(Throwable cause) {
        List<Waiting<?>> all = new ArrayList<>();
        for (LinkedHashMap<String, Waiting<?>> lane : lanes.values()) {
            all.addAll(lane.values());
            lane.clear();
        }
        metrics.loadsWaiting(-all.size());
        all.forEach(waiting -> waiting.answer().fail(cause));
    }
}
