package io.reprise.store.job;

import io.reprise.job.Job.Order;
import io.reprise.job.Sweep;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.function.BiFunction;

/** Goes through old checkpoints from the oldest on, and deletes those that are not needed. */
public final class PgCheckpointSweep implements Sweep {
    /** One that was saved again meanwhile has another time and stays. */
    private static final String SWEEP = """
            WITH old AS (
                SELECT session_id, id, run_id, at FROM checkpoint
                WHERE at <= $1 AND ($2::timestamptz IS NULL OR (at, session_id, id) > ($2, $3, $4))
                  AND ($5::text IS NULL OR session_id = $5)
                  AND ($6::text IS NULL OR session_id IN (SELECT session.id FROM session WHERE user_id = $6))
                ORDER BY at, session_id, id LIMIT $7
            ), gone AS (
                DELETE FROM checkpoint USING old
                WHERE checkpoint.session_id = old.session_id AND checkpoint.id = old.id AND checkpoint.at = old.at
                  AND NOT EXISTS (SELECT 1 FROM %s AND run.session_id = old.session_id
                                  AND (run.id = old.run_id OR run.resume::json ->> 'checkpoint' = old.id))
                RETURNING 1
            )
            SELECT (SELECT count(*) FROM old) AS processed, (SELECT count(*) FROM gone) AS deleted,
                last.at, last.session_id, last.id
            FROM (SELECT * FROM old ORDER BY at DESC, session_id DESC, id DESC LIMIT 1) AS last""".formatted(PgNeededCheckpoints.RUNS);

    private final BiFunction<String, Tuple, Future<RowSet<Row>>> database;
    private final Order order;
    private final OffsetDateTime until;
    private final int batch;
    private OffsetDateTime lastAt;
    private String lastSession;
    private String lastId;

    /** @param until time of the youngest that is old */
    public PgCheckpointSweep(
            BiFunction<String, Tuple, Future<RowSet<Row>>> database, Order order, OffsetDateTime until, int batch) {
        this.database = database;
        this.order = order;
        this.until = until;
        this.batch = batch;
    }

    @Override
    public Future<Batch> next() {
        return database.apply(
                        SWEEP,
                        Tuple.tuple()
                                .addOffsetDateTime(until)
                                .addOffsetDateTime(lastAt)
                                .addString(lastSession)
                                .addString(lastId)
                                .addString(order.session())
                                .addString(order.user())
                                .addInteger(batch))
                .map(rows -> rows.size() == 0
                        ? new Batch(0, 0, false)
                        : batch(rows.iterator().next()));
    }

    private Batch batch(Row row) {
        lastAt = row.getOffsetDateTime("at");
        lastSession = row.getString("session_id");
        lastId = row.getString("id");
        long processed = row.getLong("processed");
        return new Batch(processed, row.getLong("deleted"), processed == batch);
    }
}
