package io.reprise.session.erasure;

import io.reprise.session.erasure.PendingErasures.Pending;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the other store erase what the log no longer contains. Stateless and thread-safe. */
public final class Erasures {
    private static final Logger log = LoggerFactory.getLogger(Erasures.class);

    private final Erasure erasure;
    private final PendingErasures pending;
    private final Metrics metrics;

    public Erasures(Erasure erasure, PendingErasures pending, Metrics metrics) {
        this.erasure = erasure;
        this.pending = pending;
        this.metrics = metrics;
    }

    /** Call this after the clear or delete is committed. If the erasure fails, {@link #eraseDue} repeats it. */
    public void erase(String session, long upToSeq) {
        attempt(new Pending(session, upToSeq));
    }

    /** Tries all due erasures, at most {@code limit}. Returns how many were due. */
    Future<Integer> eraseDue(int limit) {
        return pending.due(limit)
                .compose(due -> Future.join(attempts(due)).otherwiseEmpty().map(due.size()));
    }

    private List<Future<Void>> attempts(List<Pending> due) {
        return due.stream().map(this::attempt).toList();
    }

    private Future<Void> attempt(Pending one) {
        return erasure.erase(one.session(), one.upToSeq())
                .onFailure(cause -> notErased(one, cause))
                .compose(done -> pending.erased(one));
    }

    private void notErased(Pending one, Throwable cause) {
        metrics.notErased();
        log.atWarn()
                .addKeyValue("session", one.session())
                .addKeyValue("cause", cause.toString())
                .log("erasing copies of a session failed; trying again later");
    }
}
