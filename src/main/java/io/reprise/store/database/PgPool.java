package io.reprise.store.database;

import io.reprise.config.DatabaseSettings;
import io.reprise.history.StoreAway;
import io.reprise.session.store.StoreBusy;
import io.reprise.support.Stopwatch;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to the database, and one bound on how long anybody waits for it.
 *
 * <p>A connection whose peer vanished without a word keeps its place in a pool until TCP gives up, a quarter of an hour
 * later, and the driver has no way to close it before. So when nothing at all is answered any more, all of them are
 * left behind for new ones.
 */
public final class PgPool {
    private static final Logger log = LoggerFactory.getLogger(PgPool.class);
    private static final int STATEMENTS_CACHED_PER_CONNECTION = 128;

    /** Longer statements are prepared anew each time, which costs another round trip. */
    private static final int STATEMENT_CHARS_CACHED_MAX = 16_384;

    /** SQLSTATE of a statement that was ended by its own limit of time. */
    public static final String TOOK_TOO_LONG = "57014";

    /** SQLSTATE classes: no connection, no resources, stopping or starting, system error. */
    private static final Set<String> UNABLE = Set.of("08", "53", "57", "58");

    /** Firewalls forget connections that nobody uses; the usual ones not before some minutes. */
    private static final int UNUSED_S_MAX = 60;

    /** Backoff between replacements of unresponsive connections, so that they do not accumulate. */
    private static final int PATIENCE_DOUBLINGS_MAX = 4;

    private final Supplier<Pool> opener;
    private final int timeoutMs;
    private final Stopwatch clock = Stopwatch.started();
    private final AtomicReference<Current> current;
    private final AtomicBoolean away = new AtomicBoolean();
    private volatile long answeredNanos;

    /** @param silences how often connections were left behind since the last answer */
    private record Current(Pool pool, long sinceNanos, int silences) {}

    private PgPool(Supplier<Pool> opener, int timeoutMs) {
        this.opener = opener;
        this.timeoutMs = timeoutMs;
        this.current = new AtomicReference<>(new Current(opener.get(), clock.nanos(), 0));
    }

    /** For writes, and for reads that a write waits for. */
    public static PgPool open(Vertx vertx, DatabaseUri uri, DatabaseSettings settings) {
        return open(vertx, uri, settings, settings.poolSize());
    }

    /** For reads, which never take a connection from writes. */
    public static PgPool openForReads(Vertx vertx, DatabaseUri uri, DatabaseSettings settings) {
        return open(vertx, uri, settings, settings.readers());
    }

    private static PgPool open(Vertx vertx, DatabaseUri uri, DatabaseSettings settings, int connections) {
        PgConnectOptions login = login(uri)
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(STATEMENTS_CACHED_PER_CONNECTION)
                .setPreparedStatementCacheSqlLimit(STATEMENT_CHARS_CACHED_MAX);
        PoolOptions size = new PoolOptions()
                .setMaxSize(connections)
                .setMaxWaitQueueSize(settings.waitingMax())
                .setIdleTimeout(UNUSED_S_MAX)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setConnectionTimeout(settings.timeoutMs())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        NetClientOptions network = new NetClientOptions().setConnectTimeout(settings.timeoutMs());
        Supplier<Pool> opener = () -> PgBuilder.pool()
                .with(size)
                .with(network)
                .connectingTo(login)
                .using(vertx)
                .build();
        return new PgPool(opener, settings.timeoutMs());
    }

    public static PgConnectOptions login(DatabaseUri uri) {
        return PgConnectOptions.fromUri(uri.reveal());
    }

    public Future<Void> close() {
        return current.get().pool().close();
    }

    public Future<RowSet<Row>> run(String sql, Tuple values) {
        return watched(timeoutMs, pool -> pool.preparedQuery(sql).execute(values));
    }

    /** For the ports of those who only look, which want to know whether a failure is the store's. */
    public Future<RowSet<Row>> read(String sql, Tuple values) {
        return run(sql, values).recover(PgPool::away);
    }

    /** Converts a failed statement to the failure that read ports report. */
    public static <T> Future<T> away(Throwable cause) {
        return Future.failedFuture(new StoreAway(cause));
    }

    public <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        return inTransaction(1, work);
    }

    /** @param statements it may take the time of so many */
    public <T> Future<T> inTransaction(int statements, Function<SqlConnection, Future<T>> work) {
        return watched((long) statements * timeoutMs, pool -> pool.withTransaction(work));
    }

    private <T> Future<T> watched(long timeMs, Function<Pool, Future<T>> statement) {
        Current used = current.get();
        long begunNanos = clock.nanos();
        return statement
                .apply(used.pool())
                .timeout(timeMs, TimeUnit.MILLISECONDS)
                .onSuccess(answer -> answered())
                .recover(cause -> {
                    if (isAnswer(cause)) {
                        answered();
                        return Future.failedFuture(cause);
                    }
                    long nowNanos = clock.nanos();
                    if (wasBusy(cause, begunNanos, nowNanos)) {
                        return Future.failedFuture(new StoreBusy(cause));
                    }
                    noteAway(cause);
                    unanswered(used, begunNanos, nowNanos);
                    return Future.failedFuture(cause);
                });
    }

    /** It only waited too long for a connection: other statements were answered meanwhile. */
    private boolean wasBusy(Throwable cause, long begunNanos, long nowNanos) {
        return cause instanceof ConnectionPoolTooBusyException
                || waited(begunNanos, nowNanos) && answeredNanos >= begunNanos;
    }

    private boolean waited(long begunNanos, long nowNanos) {
        return nowNanos - begunNanos >= TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /** It refused the statement, and not to work at all. */
    private static boolean isAnswer(Throwable cause) {
        return cause instanceof PgException e
                && (e.getSqlState().equals(TOOK_TOO_LONG)
                        || !UNABLE.contains(e.getSqlState().substring(0, 2)));
    }

    private void answered() {
        answeredNanos = clock.nanos();
        if (away.get() && away.compareAndSet(true, false)) log.atInfo().log("database is available again");
    }

    private void noteAway(Throwable cause) {
        if (!away.compareAndSet(false, true)) return;
        log.atWarn().addKeyValue("cause", cause.toString()).log("database does not answer");
    }

    /** Fast failures do not count: they are answers of the network. */
    private void unanswered(Current used, long begunNanos, long nowNanos) {
        if (!waited(begunNanos, nowNanos) || current.get() != used) return;
        int silences = answeredNanos >= used.sinceNanos() ? 0 : used.silences();
        long patienceMs = (long) timeoutMs << Math.min(silences, PATIENCE_DOUBLINGS_MAX);
        if (nowNanos - used.sinceNanos() < TimeUnit.MILLISECONDS.toNanos(patienceMs)) return;
        leaveBehind(used, new Current(opener.get(), nowNanos, silences + 1));
    }

    private void leaveBehind(Current used, Current next) {
        if (!current.compareAndSet(used, next)) {
            next.pool().close();
            return;
        }
        log.atWarn().log("database connections are unresponsive; replacing them");
        used.pool().close();
    }
}
