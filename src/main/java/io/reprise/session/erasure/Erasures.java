package io.reprise.session.erasure;

import io.reprise.session.erasure.PendingErasures.Pending;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the other stores erase what the log no longer contains. Stateless and thread-safe. */
public final class Erasures {
    private static final Logger log = LoggerFactory.getLogger(Erasures.class);

    private final List<Copies> stores;
    private final Metrics metrics;

    public Erasures(List<Copies> stores, Metrics metrics) {
        this.stores = List.copyOf(stores);
        this.metrics = metrics;
    }

    /** A store with copies, and what it still has to erase. */
    public record Copies(Erasure erasure, PendingErasures pending) {}

    /**
     * Due erasures that were tried.
     *
     * @param erased how many of them succeeded
     */
    public record Tried(int due, int erased) {
        Tried plus(Tried other) {
            return new Tried(due + other.due, erased + other.erased);
        }
    }

    /** Call this after the clear or delete is committed. If an erasure fails, {@link #eraseDue} repeats it. */
    public void erase(String session, long upToSeq) {
        stores.forEach(store -> attempt(store, new Pending(session, upToSeq)));
    }

    /** Whether an erasure is due in any of the stores. */
    public Future<Boolean> isAnyDue() {
        return Future.all(
                        stores.stream().map(store -> store.pending().isAnyDue()).toList())
                .map(answers -> answers.<Boolean>list().contains(true));
    }

    /** Tries all due erasures, at most {@code limit} of each store. */
    public Future<Tried> eraseDue(int limit) {
        return Future.all(stores.stream().map(store -> eraseDue(store, limit)).toList())
                .map(all -> all.<Tried>list().stream().reduce(new Tried(0, 0), Tried::plus));
    }

    private Future<Tried> eraseDue(Copies store, int limit) {
        return store.pending().due(limit).compose(due -> {
            List<Future<Void>> attempts =
                    due.stream().map(one -> attempt(store, one)).toList();
            return Future.join(attempts)
                    .otherwiseEmpty()
                    .map(done -> new Tried(due.size(), (int)
                            attempts.stream().filter(Future::succeeded).count()));
        });
    }

    private Future<Void> attempt(Copies store, Pending one) {
        return store.erasure()
                .erase(one.session(), one.upToSeq())
                .onFailure(cause -> notErased(one, cause))
                .compose(done -> store.pending().erased(one));
    }

    private void notErased(Pending one, Throwable cause) {
        metrics.notErased();
        log.atWarn()
                .addKeyValue("session", one.session())
                .addKeyValue("cause", cause.toString())
                .log("erasing copies of a session failed; trying again later");
    }
}
