package io.reprise.store.database;

import io.reprise.config.storage.DatabaseSettings;
import io.reprise.history.StoreAway;
import io.reprise.session.store.StoreBusy;
import io.reprise.support.Stopwatch;
import io.reprise.telemetry.Vitals;
import io.vertx.core.AsyncResult;
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
import io.vertx.sqlclient.Transaction;
import io.vertx.sqlclient.Tuple;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of database connections that limits how long callers wait.
 *
 * <p>If a peer disappears without closing the connection, the connection stays in its pool until TCP gives up, about 15
 * minutes later, and the driver cannot close it earlier. So if no statement is answered at all any more, the whole pool
 * is replaced by a new one.
 */
public final class PgPool {
    private static final Logger log = LoggerFactory.getLogger(PgPool.class);

    /**
     * Not a setting, because it follows from the code: appends have one statement for each combination of changes that
     * occurs, some dozens, and the reads have about as many. A cached statement costs some KiB in the database.
     */
    private static final int STATEMENTS_CACHED_PER_CONNECTION = 128;

    /**
     * Longer statements are not cached: they are prepared for each execution, which costs one more round trip. The
     * longest statement, an append with every kind of change, is shorter; a test checks that it is prepared once.
     */
    private static final int STATEMENT_CHARS_CACHED_MAX = 16_384;

    /** SQLSTATE of a statement that exceeded its time limit. */
    public static final String TOOK_TOO_LONG = "57014";

    private static final String TURN =
            "SELECT pg_advisory_xact_lock(hashtextextended($1::text || ' of ' || $2::text, 0))";

    /** SQLSTATE classes of an unavailable database: no connection, no resources, stopping or starting, system error. */
    private static final Set<String> UNABLE = Set.of("08", "53", "57", "58");

    /**
     * Idle connections are closed after this time, before a firewall drops them; common firewalls wait several minutes.
     */
    private static final int UNUSED_S_MAX = 60;

    /** Backoff between replacements of unresponsive connections, so that they do not accumulate. */
    private static final int PATIENCE_DOUBLINGS_MAX = 4;

    private final Supplier<Pool> opener;
    private final int timeoutMs;
    private final Stopwatch clock = Stopwatch.started();
    private final AtomicReference<Current> current;
    private final AtomicBoolean away = new AtomicBoolean();
    private final int connectionsMax;
    private final SlowStatements slow;
    private final DiskSpace space;
    private final AtomicInteger underWay = new AtomicInteger();
    private volatile long answeredNanos;

    /**
     * A pool and the time since when it is used.
     *
     * @param silences how often the pool was replaced since the last answer of the database
     */
    private record Current(Pool pool, long sinceNanos, int silences) {}

    private PgPool(
            Vertx vertx, Supplier<Pool> opener, DatabaseSettings settings, int connectionsMax, SlowStatements slow) {
        this.opener = opener;
        this.connectionsMax = connectionsMax;
        this.slow = slow;
        this.timeoutMs = settings.timeoutMs();
        this.space = new DiskSpace(vertx, settings.checkMs(), this::probeSpace);
        this.current = new AtomicReference<>(new Current(opener.get(), clock.nanos(), 0));
    }

    /** Opens the pool for writes, and for reads that a write waits for. */
    public static PgPool open(Vertx vertx, DatabaseUri uri, DatabaseSettings settings, SlowStatements slow) {
        return open(vertx, uri, settings, settings.poolSize(), slow);
    }

    /** Opens the pool for reads. It never uses the connections for writes. */
    public static PgPool openForReads(Vertx vertx, DatabaseUri uri, DatabaseSettings settings, SlowStatements slow) {
        return open(vertx, uri, settings, settings.readers(), slow);
    }

    private static PgPool open(
            Vertx vertx, DatabaseUri uri, DatabaseSettings settings, int connections, SlowStatements slow) {
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
                .withConnectHandler(connection -> limitIdle(connection, settings.idleTransactionMs()))
                .using(vertx)
                .build();
        return new PgPool(vertx, opener, settings, connections, slow);
    }

    /**
     * Locks of a transaction whose process is paused would stop every other node for as long as the pause lasts. It is set
     * by a statement, because poolers of connections refuse it among the parameters of a login.
     */
    private static void limitIdle(SqlConnection connection, int ms) {
        noteLoss(connection);
        connection
                .query("SET idle_in_transaction_session_timeout = " + ms)
                .execute()
                .onComplete(done -> connection.close());
    }

    public static PgConnectOptions login(DatabaseUri uri) {
        return PgConnectOptions.fromUri(uri.reveal());
    }

    public Future<Void> close() {
        return current.get().pool().close();
    }

    public Future<RowSet<Row>> run(String sql, Tuple values) {
        return watched(
                slow.name(sql), timeoutMs, pool -> pool.preparedQuery(sql).execute(values));
    }

    /**
     * Runs a query for a read port and reports a failed statement by the failures of read ports (see {@link #away}).
     */
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

    /**
     * @param statements number of statements in the transaction; its time limit is that of one statement times this
     *     number
     */
    public <T> Future<T> inTransaction(int statements, Function<SqlConnection, Future<T>> work) {
        return inTransaction(slow.name(work.getClass()), statements, work);
    }

    /**
     * A transaction about things of which a user may have a limited number: those of one user happen one after the other, so that
     * several at once do not exceed the limit together. Each statement sees what the one before it has committed.
     *
     * @param what kind of things, such as {@code hook}
     * @param statements number of statements of {@code work}
     */
    public <T> Future<T> inTurn(String what, String user, int statements, Function<SqlConnection, Future<T>> work) {
        return inTransaction(
                slow.name(work.getClass()),
                statements + 1,
                connection -> connection
                        .preparedQuery(TURN)
                        .execute(Tuple.of(what, user))
                        .compose(mine -> work.apply(connection)));
    }

    private <T> Future<T> inTransaction(String name, int statements, Function<SqlConnection, Future<T>> work) {
        return watched(
                name,
                (long) statements * timeoutMs,
                pool -> pool.withConnection(connection -> {
                    noteLoss(connection);
                    return connection
                            .begin()
                            .compose(transaction -> work.apply(connection).transform(done -> ended(transaction, done)));
                }));
    }

    /**
     * Logs the loss of the connection. Without a handler, the driver prints it on the standard error stream. What was
     * under way on the connection fails by itself.
     */
    public static void noteLoss(SqlConnection connection) {
        connection.exceptionHandler(
                cause -> log.atDebug().addKeyValue("cause", cause.toString()).log("lost a database connection"));
    }

    private static <T> Future<T> ended(Transaction transaction, AsyncResult<T> done) {
        if (done.succeeded()) return transaction.commit().map(done.result());
        // The failure is what counts; a database that is away has rolled back by itself.
        return transaction.rollback().otherwiseEmpty().compose(rolledBack -> Future.failedFuture(done.cause()));
    }

    /** How the connections are used at the moment. */
    public Vitals.Pool use(String name) {
        return new Vitals.Pool(name, current.get().pool().size(), connectionsMax, underWay.get());
    }

    private <T> Future<T> watched(String name, long timeMs, Function<Pool, Future<T>> statement) {
        Current used = current.get();
        long begunNanos = clock.nanos();
        underWay.incrementAndGet();
        return statement
                .apply(used.pool())
                .timeout(timeMs, TimeUnit.MILLISECONDS)
                .onComplete(done -> {
                    underWay.decrementAndGet();
                    slow.took(name, TimeUnit.NANOSECONDS.toMillis(clock.nanos() - begunNanos));
                })
                .onSuccess(answer -> answered())
                .recover(cause -> {
                    if (space.isToldBy(cause)) return Future.failedFuture(cause);
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

    /**
     * Whether a statement failed only because it waited too long for a connection, while other statements were
     * answered.
     */
    private boolean wasBusy(Throwable cause, long begunNanos, long nowNanos) {
        return cause instanceof ConnectionPoolTooBusyException
                || waited(begunNanos, nowNanos) && answeredNanos >= begunNanos;
    }

    private boolean waited(long begunNanos, long nowNanos) {
        return nowNanos - begunNanos >= TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }

    /** Whether the database answered with an error about this statement, so it is available. */
    private static boolean isAnswer(Throwable cause) {
        return cause instanceof PgException e
                && (e.getSqlState().equals(TOOK_TOO_LONG)
                        || !UNABLE.contains(e.getSqlState().substring(0, 2)));
    }

    /** False from a statement that the database did not answer until the next one that it answers; or without space. */
    public boolean answers() {
        return !away.get() && hasSpace();
    }

    /** False while the disk of the database is full. */
    public boolean hasSpace() {
        return !space.isMissing();
    }

    private Future<?> probeSpace() {
        return inTransaction(connection -> connection.query(DiskSpace.PROBE).execute());
    }

    private void answered() {
        answeredNanos = clock.nanos();
        if (away.get() && away.compareAndSet(true, false)) log.atInfo().log("database is available again");
    }

    private void noteAway(Throwable cause) {
        if (!away.compareAndSet(false, true)) return;
        log.atWarn().addKeyValue("cause", cause.toString()).log("database does not answer");
    }

    /** Counts a timeout. Fast failures do not count, because they are answers of the network. */
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
