package io.reprise.session.erasure;

import io.reprise.config.storage.ErasureSettings;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Erases what other stores still contain of erased sessions, also after earlier processes; one on each node. */
public final class ErasureVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(ErasureVerticle.class);

    private final Erasures erasures;
    private final Current<ErasureSettings> settings;

    public ErasureVerticle(Erasures erasures, Current<ErasureSettings> settings) {
        this.erasures = erasures;
        this.settings = settings;
    }

    @Override
    public Future<?> start() {
        work();
        return Future.succeededFuture();
    }

    /** A full batch is followed immediately by the next. */
    private void work() {
        ErasureSettings now = settings.get();
        erasures.eraseDue(now.batch())
                .onFailure(cause ->
                        log.atWarn().addKeyValue("cause", cause.toString()).log("polling for pending erasures failed"))
                .otherwise(0)
                .onSuccess(count -> vertx.setTimer(count < now.batch() ? now.pollMs() : 1, timer -> work()));
    }
}
