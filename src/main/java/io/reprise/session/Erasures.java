package io.reprise.session;

import io.reprise.config.StoreSettings;
import io.reprise.support.Backoff;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has the other stores erase what the log does not hold any more, for as long as {@code store.waitMs}. */
final class Erasures {
    private static final Logger log = LoggerFactory.getLogger(Erasures.class);

    private final Vertx vertx;
    private final Erasure erasure;
    private final Metrics metrics;
    private final Backoff backoff;
    private final long waitMs;

    Erasures(Vertx vertx, Erasure erasure, StoreSettings settings, Metrics metrics) {
        this.vertx = vertx;
        this.erasure = erasure;
        this.metrics = metrics;
        this.backoff = new Backoff(settings.retryMs(), settings.retryMaxMs());
        this.waitMs = settings.waitMs();
    }

    /** To be called once that is committed. */
    void erase(String session, long upToSeq) {
        attempt(session, upToSeq, 1, 0);
    }

    /** @param pausedMs so far; the time that the attempts took comes on top */
    private void attempt(String session, long upToSeq, int attempt, long pausedMs) {
        erasure.erase(session, upToSeq).onFailure(cause -> {
            long pauseMs = backoff.pauseMs(attempt);
            if (pausedMs + pauseMs > waitMs) {
                metrics.notErased();
                log.atError()
                        .addKeyValue("session", session)
                        .addKeyValue("attempts", attempt)
                        .addKeyValue("cause", cause.toString())
                        .log("copies of an erased session stay until they are too old: their store is away");
                return;
            }
            vertx.setTimer(pauseMs, timer -> attempt(session, upToSeq, attempt + 1, pausedMs + pauseMs));
        });
    }
}
