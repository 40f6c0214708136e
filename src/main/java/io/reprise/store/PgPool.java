package io.reprise.store;

import io.reprise.config.DatabaseSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Connections to the database, and one bound on how long anybody waits for it. */
public final class PgPool {
    private static final int STATEMENTS_CACHED_PER_CONNECTION = 64;

    private final Pool pool;
    private final int timeoutMs;

    private PgPool(Pool pool, int timeoutMs) {
        this.pool = pool;
        this.timeoutMs = timeoutMs;
    }

    public static PgPool open(Vertx vertx, DatabaseUri uri, DatabaseSettings settings) {
        PgConnectOptions login = PgConnectOptions.fromUri(uri.reveal())
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheMaxSize(STATEMENTS_CACHED_PER_CONNECTION);
        PoolOptions size = new PoolOptions()
                .setMaxSize(settings.poolSize())
                .setConnectionTimeout(settings.timeoutMs())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        Pool pool = PgBuilder.pool().with(size).connectingTo(login).using(vertx).build();
        return new PgPool(pool, settings.timeoutMs());
    }

    public Future<Void> close() {
        return pool.close();
    }

    Future<RowSet<Row>> run(String sql, Tuple values) {
        return pool.preparedQuery(sql).execute(values).timeout(timeoutMs, TimeUnit.MILLISECONDS);
    }

    <T> Future<T> inTransaction(Function<SqlConnection, Future<T>> work) {
        return pool.withTransaction(work).timeout(timeoutMs, TimeUnit.MILLISECONDS);
    }
}
