package io.reprise.store.job;

import io.reprise.store.database.PgPool;
import io.reprise.support.MonotonicClock;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many erasures are not done: of sessions in stores outside the database, and of users. The database is asked when
 * somebody looks, at most once a second, so a look shows what the one before it asked for. Thread-safe.
 */
public final class ErasureBacklog {
    private static final long EVERY_MS = 1_000;

    /** More are not counted, so that a look costs little. */
    static final int COUNTED_MAX = 10_000;

    static final String COUNT = """
            SELECT (SELECT count(*) FROM (SELECT FROM erasure WHERE erased_at IS NULL LIMIT $1) AS sessions)
                 + (SELECT count(*) FROM (SELECT FROM user_erasure LIMIT $1) AS users) AS pending""";

    private final PgPool pool;
    private final MonotonicClock clock;
    private final AtomicLong askAtMs = new AtomicLong();
    private volatile double known = Double.NaN;

    public ErasureBacklog(PgPool pool, MonotonicClock clock) {
        this.pool = pool;
        this.clock = clock;
        this.askAtMs.set(clock.elapsedMs());
    }

    /** The number that is known; not a number until the database has answered for the first time. Does not block. */
    public double known() {
        long atMs = askAtMs.get();
        long nowMs = clock.elapsedMs();
        if (nowMs >= atMs && askAtMs.compareAndSet(atMs, Long.MAX_VALUE)) {
            ask().onComplete(asked -> askAtMs.set(clock.elapsedMs() + EVERY_MS));
        }
        return known;
    }

    private Future<?> ask() {
        return pool.run(COUNT, Tuple.of(COUNTED_MAX))
                .onSuccess(rows -> known = rows.iterator().next().getLong("pending"));
    }
}
