package io.reprise.store.checkpoint;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.Checkpointer;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.history.CheckpointInfo;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.support.Current;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Checkpoints in PostgreSQL. They are deleted with their run. */
public final class PgCheckpointer implements Checkpointer {
    /**
     * Saves a checkpoint and deletes those of the session that exceed its limit. Rows that another statement is deleting
     * are skipped. Expired ones are deleted by a job.
     */
    static final String SAVE = """
            WITH saved AS (
                INSERT INTO checkpoint (session_id, id, run_id, seq, step, at, bytes, body)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                ON CONFLICT (session_id, id) DO UPDATE
                SET run_id = excluded.run_id, seq = excluded.seq, step = excluded.step, at = excluded.at,
                    bytes = excluded.bytes, body = excluded.body
            )
            DELETE FROM checkpoint WHERE ctid = ANY (ARRAY(
                SELECT ctid FROM checkpoint WHERE session_id = $1 AND id IN (
                    SELECT id FROM checkpoint WHERE session_id = $1 AND id <> $2 AND at > $9
                    ORDER BY seq DESC, at DESC, id DESC OFFSET $10)
                FOR UPDATE SKIP LOCKED))""";

    static final String LOAD = "SELECT body FROM checkpoint WHERE session_id = $1 AND id = $2";
    static final String ERASE = "DELETE FROM checkpoint WHERE session_id = $1 AND seq <= $2";

    static final String LIST = """
            SELECT id, run_id, seq, at, step, bytes FROM checkpoint
            WHERE session_id = $1 AND seq < $2 AND at > $3
            ORDER BY seq DESC, at DESC, id DESC LIMIT $4""";

    static final String FIND = """
            SELECT id, run_id, seq, at, step, bytes FROM checkpoint
            WHERE session_id = $1 AND id = $2 AND at > $3""";

    private final PgPool pool;
    private final Current<CheckpointSettings> settings;
    private final WallClock time;

    public PgCheckpointer(PgPool pool, Current<CheckpointSettings> settings, WallClock time) {
        this.pool = pool;
        this.settings = settings;
        this.time = time;
    }

    @Override
    public Future<SaveOutcome> save(Checkpoint checkpoint) {
        KeptCheckpoint made = KeptCheckpoint.of(checkpoint, time.nowMs());
        CheckpointInfo info = made.info();
        if (info.bytes() > settings.get().bytesMax()) {
            return Future.succeededFuture(new SaveOutcome.TooLarge(info.bytes()));
        }
        return run(
                        SAVE,
                        Tuple.tuple()
                                .addString(checkpoint.session())
                                .addString(info.id())
                                .addString(info.run())
                                .addLong(info.seq())
                                .addInteger(info.step())
                                .addOffsetDateTime(PgTimes.toTime(info.atMs()))
                                .addInteger(info.bytes())
                                .addBuffer(Buffer.buffer(made.body()))
                                .addOffsetDateTime(tooOld())
                                .addInteger(settings.get().sessionMax() - 1))
                .map(done -> new SaveOutcome.Saved());
    }

    @Override
    public Future<Optional<Checkpoint>> load(String session, String id) {
        return run(LOAD, Tuple.of(session, id))
                .map(rows -> first(rows)
                        .flatMap(row -> KeptCheckpoint.read(
                                session, id, row.getBuffer("body").getBytes())));
    }

    @Override
    public Future<Void> erase(String session, long upToSeq) {
        return run(ERASE, Tuple.of(session, upToSeq)).mapEmpty();
    }

    @Override
    public Future<List<CheckpointInfo>> list(String session, long beforeSeq, int limit) {
        return run(LIST, Tuple.of(session, beforeSeq, tooOld(), limit)).map(rows -> {
            List<CheckpointInfo> found = new ArrayList<>(rows.size());
            for (Row row : rows) found.add(info(row));
            return found;
        });
    }

    @Override
    public Future<Optional<CheckpointInfo>> find(String session, String id) {
        return run(FIND, Tuple.of(session, id, tooOld()))
                .map(rows -> first(rows).map(PgCheckpointer::info));
    }

    private Future<RowSet<Row>> run(String sql, Tuple values) {
        return pool.run(sql, values).timeout(settings.get().timeoutMs(), TimeUnit.MILLISECONDS);
    }

    private OffsetDateTime tooOld() {
        return PgTimes.toTime(time.nowMs() - settings.get().retentionMs());
    }

    private static Optional<Row> first(RowSet<Row> rows) {
        return rows.size() == 0 ? Optional.empty() : Optional.of(rows.iterator().next());
    }

    private static CheckpointInfo info(Row row) {
        return new CheckpointInfo(
                row.getString("id"),
                row.getString("run_id"),
                row.getLong("seq"),
                PgTimes.toMs(row.getOffsetDateTime("at")),
                row.getInteger("step"),
                row.getInteger("bytes"));
    }
}
