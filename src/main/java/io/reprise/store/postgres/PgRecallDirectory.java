package io.reprise.store.postgres;

import io.reprise.history.RecallDirectory;
import io.reprise.message.recall.Recall;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lists of recalls from PostgreSQL. */
public final class PgRecallDirectory implements RecallDirectory {
    private final PgPool pool;

    public PgRecallDirectory(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Page> list(String user, String session, boolean openOnly, String cursor, int limit) {
        return pool.read("SELECT " + PgRecalls.COLUMNS + """
                         FROM recall
                        WHERE user_id = $1 AND ($2::text IS NULL OR session_id = $2)
                          AND (NOT $3 OR status IN ('pending', 'running'))
                          AND ($4::text IS NULL OR (created_at, id) <
                               (SELECT created_at, id FROM recall WHERE id = $4 AND user_id = $1))
                        ORDER BY created_at DESC, id DESC LIMIT $5""", Tuple.of(user, session, openOnly, cursor, limit + 1))
                .map(rows -> page(PgRecalls.read(rows), limit));
    }

    private static Page page(List<Recall> found, int limit) {
        if (found.size() <= limit) return new Page(found, null);
        List<Recall> page = found.subList(0, limit);
        return new Page(List.copyOf(page), page.getLast().id());
    }

    @Override
    public Future<Optional<Recall>> find(String user, String recall) {
        return pool.read(
                        "SELECT " + PgRecalls.COLUMNS + " FROM recall WHERE id = $1 AND user_id = $2",
                        Tuple.of(recall, user))
                .map(rows -> PgRecalls.read(rows).stream().findFirst());
    }

    @Override
    public Future<List<RecallRun>> runs(String recall, int limit) {
        return pool.read("""
                        SELECT id, recall_slot, started_at, ended_at, outcome, code FROM run
                        WHERE recall_id = $1 ORDER BY recall_slot DESC LIMIT $2""", Tuple.of(recall, limit)).map(rows -> {
            List<RecallRun> runs = new ArrayList<>(rows.size());
            for (Row row : rows) runs.add(run(row));
            return runs;
        });
    }

    private static RecallRun run(Row row) {
        return new RecallRun(
                row.getString("id"),
                PgTimes.toMs(row.getOffsetDateTime("recall_slot")),
                PgTimes.toMs(row.getOffsetDateTime("started_at")),
                PgTimes.toMsOrNull(row.getOffsetDateTime("ended_at")),
                row.getString("outcome"),
                PgRuns.code(row));
    }
}
