package io.reprise.session;

import io.reprise.message.NodeMessage;
import io.reprise.session.effect.Input;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/**
 * The graceful stop of a session verticle: no new work starts, runs may finish within a time limit, then the other runs
 * are suspended, and everything is stored.
 */
final class Drain {
    private static final long LOOK_EVERY_MS = 20;

    private final Vertx vertx;
    private final SessionHost host;

    Drain(Vertx vertx, SessionHost host) {
        this.vertx = vertx;
        this.host = host;
    }

    Future<NodeMessage.Drained> run(NodeMessage.Drain order) {
        host.drain();
        return until(() -> running() == 0, order.drainMs()).compose(quiet -> {
            List<SessionEntry> atWork = having(Session::isRunning);
            host.dispatchAll(new Input.EndRuns());
            int suspended = (int) atWork.stream()
                    .filter(entry -> entry.session().isSuspended())
                    .count();
            return until(() -> unsettled() == 0, order.storeMs())
                    .map(stored -> new NodeMessage.Drained(suspended, atWork.size() - suspended, unsettled()));
        });
    }

    private Future<Void> until(BooleanSupplier condition, long waitMs) {
        Promise<Void> done = Promise.promise();
        long[] leftMs = {waitMs};
        vertx.setPeriodic(1, LOOK_EVERY_MS, timer -> {
            leftMs[0] -= LOOK_EVERY_MS;
            if (!condition.getAsBoolean() && leftMs[0] > 0) return;
            vertx.cancelTimer(timer);
            done.complete();
        });
        return done.future();
    }

    private int running() {
        return having(Session::isRunning).size();
    }

    private int unsettled() {
        return having(session -> !session.isSettled()).size();
    }

    private List<SessionEntry> having(Predicate<Session> what) {
        return host.entries().all().stream()
                .filter(entry -> entry.session() != null && what.test(entry.session()))
                .toList();
    }
}
