package io.reprise.store.postgres;

import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.timer.DueStore;
import io.vertx.core.Future;
import io.vertx.pgclient.pubsub.PgSubscriber;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds due items in PostgreSQL by the database's clock. Listens on a separate connection. */
public final class PgDueStore implements DueStore {
    private static final Logger log = LoggerFactory.getLogger(PgDueStore.class);
    private static final String CHANNEL = "recall_due";
    private static final long RECONNECT_MS = 1_000;

    /**
     * For each shard a range of the index that begins with it. One moment for both halves: what is due between two would be
     * in neither.
     */
    static final String RECALLS = """
            WITH mine AS (SELECT unnest($4::int[]) AS shard),
            due AS (
                SELECT one.* FROM mine, LATERAL (
                    SELECT session_id, id, trigger_at AS at FROM recall
                    WHERE recall.shard = mine.shard AND status = 'pending' AND trigger_at <= statement_timestamp()
                      AND (trigger_at, id) > (coalesce($1::timestamptz, '-infinity'), coalesce($2, ''))
                    ORDER BY trigger_at, id LIMIT $3
                ) AS one ORDER BY one.at, one.id LIMIT $3
            ), later AS (
                SELECT ceil(extract(epoch FROM min(one.at) - statement_timestamp()) * 1000)::bigint AS ms
                FROM mine, LATERAL (
                    SELECT trigger_at AS at FROM recall
                    WHERE recall.shard = mine.shard AND status = 'pending'
                      AND trigger_at > statement_timestamp() AND trigger_at < 'infinity'
                    ORDER BY trigger_at LIMIT 1
                ) AS one
            )
            SELECT due.session_id, due.id, due.at, later.ms FROM later LEFT JOIN due ON true
            ORDER BY due.at, due.id""";

    static final String INTERRUPTS = """
            WITH mine AS (SELECT unnest($5::int[]) AS shard),
            due AS (
                SELECT one.* FROM mine, LATERAL (
                    SELECT session_id, id, expires_at AS at FROM interrupt
                    WHERE interrupt.shard = mine.shard AND decision IS NULL AND expires_at <= statement_timestamp()
                      AND (expires_at, session_id, id)
                          > (coalesce($1::timestamptz, '-infinity'), coalesce($2, ''), coalesce($3, ''))
                    ORDER BY expires_at, session_id, id LIMIT $4
                ) AS one ORDER BY one.at, one.session_id, one.id LIMIT $4
            ), later AS (
                SELECT ceil(extract(epoch FROM min(one.at) - statement_timestamp()) * 1000)::bigint AS ms
                FROM mine, LATERAL (
                    SELECT expires_at AS at FROM interrupt
                    WHERE interrupt.shard = mine.shard AND decision IS NULL
                      AND expires_at > statement_timestamp() AND expires_at < 'infinity'
                    ORDER BY expires_at LIMIT 1
                ) AS one
            )
            SELECT due.session_id, due.id, due.at, later.ms FROM later LEFT JOIN due ON true
            ORDER BY due.at, due.session_id, due.id""";

    private final PgPool pool;
    private final Supplier<PgSubscriber> opener;
    private PgSubscriber subscriber;

    /** @param opener creates a subscriber that is not connected yet */
    public PgDueStore(PgPool pool, Supplier<PgSubscriber> opener) {
        this.pool = pool;
        this.opener = opener;
    }

    @Override
    public Future<Look<Due>> look(List<Integer> shards, Due after, int limit) {
        OffsetDateTime from = after == null ? null : PgTimes.toTime(after.triggerAtMs());
        String behind = after == null ? null : after.recall();
        return pool.run(RECALLS, Tuple.of(from, behind, limit, array(shards))).map(rows -> found(rows, Due::new));
    }

    @Override
    public Future<Look<Expired>> expired(List<Integer> shards, Expired after, int limit) {
        OffsetDateTime from = after == null ? null : PgTimes.toTime(after.expiresAtMs());
        String session = after == null ? null : after.session();
        String behind = after == null ? null : after.interrupt();
        return pool.run(INTERRUPTS, Tuple.of(from, session, behind, limit, array(shards)))
                .map(rows -> found(rows, Expired::new));
    }

    private static Integer[] array(List<Integer> shards) {
        return shards.toArray(Integer[]::new);
    }

    /** Creates an item from its session, its id and its due time. */
    private interface Maker<T> {
        T make(String session, String id, long atMs);
    }

    /** Even if nothing is due, there is a row with the time of the next item. */
    private static <T> Look<T> found(RowSet<Row> rows, Maker<T> maker) {
        List<T> due = new ArrayList<>(rows.size());
        Long nextInMs = null;
        for (Row row : rows) {
            nextInMs = row.getLong("ms");
            if (row.getString("id") == null) continue;
            due.add(maker.make(
                    row.getString("session_id"), row.getString("id"), PgTimes.toMs(row.getOffsetDateTime("at"))));
        }
        return new Look<>(due, nextInMs == null ? -1 : Math.max(0, nextInMs));
    }

    @Override
    public void watch(Runnable wake) {
        subscriber = opener.get().reconnectPolicy(attempt -> RECONNECT_MS);
        subscriber
                .channel(CHANNEL)
                .subscribeHandler(listening -> {
                    // A new connection each time. Without a handler, the driver prints its loss on the error stream.
                    PgPool.noteLoss(subscriber.actualConnection());
                    wake.run();
                })
                .handler(payload -> wake.run());
        subscriber
                .connect()
                .onFailure(cause -> log.atWarn()
                        .addKeyValue("cause", cause.toString())
                        .log("LISTEN failed, falling back to polling for due recalls"));
    }

    @Override
    public Future<Void> close() {
        return subscriber == null || subscriber.closed() ? Future.succeededFuture() : subscriber.close();
    }
}
