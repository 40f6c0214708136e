package io.reprise.session;

import io.reprise.config.SessionSettings;
import io.reprise.session.LoadGate.Lane;
import io.reprise.session.store.EventStore;
import io.reprise.session.store.LoadOutcome;
import io.reprise.support.Stopwatch;
import io.reprise.telemetry.Metrics;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import java.util.Set;

/** Loads sessions from the store: a few at a time, and only for users who may access them. For one event loop. */
final class SessionLoads {
    private final EventStore store;
    private final Metrics metrics;
    private final LoadGate gate;
    private final AbsentSessions absent;

    SessionLoads(Collaborators with) {
        SessionSettings limits = with.settings().sessions();
        this.store = with.store();
        this.metrics = with.environment().metrics();
        this.gate = new LoadGate(limits.loadsAtOnce(), limits.loadsWaitingMax(), metrics);
        this.absent = new AbsentSessions(limits.absentMax(), with.environment().clock());
    }

    AbsentSessions absent() {
        return absent;
    }

    /** Whether another load may wait in the lane. */
    boolean hasRoom(Lane lane) {
        return gate.hasRoom(lane);
    }

    /** A user now waits for the session. */
    void hurry(String session) {
        gate.hurry(session);
    }

    /**
     * Loads the session in its turn, for the users that wait for it. A failed future means that the store is
     * unavailable.
     */
    Future<LoadOutcome> load(SessionEntry entry, Lane lane, long owner) {
        long lookUp = absent.lookUpBegins();
        return gate.enter(lane, entry.id, () -> read(entry, owner)).onSuccess(outcome -> {
            if (outcome instanceof LoadOutcome.Absent) absent.absent(entry.id, lookUp);
        });
    }

    private Future<LoadOutcome> read(SessionEntry entry, long owner) {
        Stopwatch watch = Stopwatch.started();
        Set<String> askers = entry.askers();
        return store.load(entry.id, owner, askers)
                .onComplete(done -> metrics.load(word(done), watch.nanos()))
                .compose(outcome -> {
                    boolean othersAskedMeanwhile = !entry.askers().equals(askers);
                    return outcome instanceof LoadOutcome.Foreign && othersAskedMeanwhile
                            ? read(entry, owner)
                            : Future.succeededFuture(outcome);
                });
    }

    private static String word(AsyncResult<LoadOutcome> done) {
        if (done.failed()) return "failed";
        return switch (done.result()) {
            case LoadOutcome.Found found -> "found";
            case LoadOutcome.Absent absent -> "absent";
            case LoadOutcome.Foreign foreign -> "foreign";
            case LoadOutcome.NotMine notMine -> "not_mine";
        };
    }
}
