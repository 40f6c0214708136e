package io.reprise.store.database;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the database has space to store more. A statement that fails for lack of it tells so; from then on the database
 * is asked, again and again, to store something that is not kept. Reads work all the time, so they tell nothing.
 */
final class DiskSpace {
    private static final Logger log = LoggerFactory.getLogger(DiskSpace.class);
    private static final String DISK_FULL = "53100";

    /** About a megabyte, in no table of the server. */
    static final String PROBE = """
            CREATE TEMPORARY TABLE space_probe ON COMMIT DROP AS
            SELECT repeat('x', 1000) AS filler FROM generate_series(1, 1000)""";

    private final Vertx vertx;
    private final int checkMs;
    private final Supplier<Future<?>> probe;
    private final AtomicBoolean missing = new AtomicBoolean();

    /**
     * @param checkMs pause between two probes
     * @param probe runs {@link #PROBE} in a transaction
     */
    DiskSpace(Vertx vertx, int checkMs, Supplier<Future<?>> probe) {
        this.vertx = vertx;
        this.checkMs = checkMs;
        this.probe = probe;
    }

    boolean isMissing() {
        return missing.get();
    }

    /** Whether this failure tells that there is no space; if so, it is noted. */
    boolean isToldBy(Throwable cause) {
        if (!(cause instanceof PgException e) || !DISK_FULL.equals(e.getSqlState())) return false;
        if (missing.compareAndSet(false, true)) {
            log.atError()
                    .addKeyValue("cause", e.getErrorMessage())
                    .log("the disk of the database is full: nothing is accepted until there is space again");
            probeLater();
        }
        return true;
    }

    private void probeLater() {
        vertx.setTimer(
                checkMs,
                timer -> probe.get().onComplete(done -> {
                    if (done.failed()) {
                        probeLater();
                        return;
                    }
                    missing.set(false);
                    log.atInfo().log("the database has space again");
                }));
    }
}
