package io.reprise.store.postgres;

import io.reprise.config.Settings;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.NewSession;
import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.SlowStatements;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.telemetry.Metrics;
import io.reprise.testing.TestDatabase;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A separate database with the schema of the server, and connections like the server's. */
public final class StoreFixture implements AutoCloseable {
    public static final long AT_MS = 1_700_000_000_123L;

    private final Vertx vertx = Vertx.vertx();
    private final DatabaseUri uri = TestDatabase.fresh();
    public final PgPool pool;

    public StoreFixture() {
        pool = anotherPool();
    }

    /** Like another server's. */
    public PgPool anotherPool() {
        return PgPool.open(
                vertx,
                uri,
                Settings.with(java.util.Map.of("database.timeoutMs", "20000")).database(),
                slow());
    }

    /** Warnings as in a server with its usual settings. */
    public static SlowStatements slow() {
        return new SlowStatements(
                Current.always(Settings.defaults().watch()), MonotonicClock.system(), Metrics.unseen());
    }

    public DatabaseUri uri() {
        return uri;
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.await(120, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }

    /** The first column of the first row, as text, for checks that bypass the adapters. */
    public String look(String sql) {
        try (Connection connection = TestDatabase.connect(uri);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    public void execute(String sql) {
        try (Connection connection = TestDatabase.connect(uri);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A session without messages, with the epoch {@code e_1}. */
    public static NewSession newSession(String id, String user, long owner) {
        return new NewSession(id, user, null, null, null, "e_1", owner, null, null);
    }

    public static LogRow single(long seq, String run, LogEvent event) {
        return new LogRow.Single(seq, run, EventJson.type(event), EventJson.of(event), AT_MS);
    }

    /** A segment of the message {@code m_1}, one seq for each text. */
    public static LogRow.Segment segment(long from, String run, String... texts) {
        int[] ends = new int[texts.length];
        for (int i = 0; i < texts.length; i++) ends[i] = (i == 0 ? 0 : ends[i - 1]) + texts[i].length();
        String text = String.join("", List.of(texts));
        return new LogRow.Segment(from, from + texts.length - 1, run, LogEvent.TEXT_CONTENT, "m_1", text, ends, AT_MS);
    }

    /** Rows that contain arrays, comparable. */
    public static List<String> texts(List<LogRow> rows) {
        return rows.stream()
                .map(row -> row.from() + ".." + row.seq() + " " + row.run() + " " + row.type() + " " + row.atMs() + " "
                        + row.json(row.from() - 1, row.seq())
                        + (row instanceof LogRow.Segment segment ? Arrays.toString(segment.ends()) : ""))
                .toList();
    }

    @Override
    public void close() {
        await(pool.close());
        await(vertx.close());
    }
}
