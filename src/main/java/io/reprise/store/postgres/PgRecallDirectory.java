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
    private static final String LIST = "SELECT " + PgRecalls.COLUMNS + """
             FROM recall
            WHERE user_id = $1 AND %s
              AND (created_at, id) < (CASE WHEN $3::text IS NULL THEN 'infinity'
                                           ELSE (SELECT CASE WHEN user_id = $1 THEN created_at END FROM recall WHERE id = $3) END,
                                      coalesce($3, ''))
            ORDER BY created_at DESC, id DESC LIMIT $4""";

    private static final String OPEN = " AND status IN ('pending', 'running', 'paused')";

    /** One statement for each choice: a condition that is optional within a statement keeps an index from being used. */
    static final String OF_USER = LIST.formatted("$2::text IS NULL AND parent IS NULL");

    static final String OF_SESSION = LIST.formatted("session_id = $2");
    static final String OPEN_OF_USER = LIST.formatted("$2::text IS NULL AND parent IS NULL" + OPEN);
    static final String OPEN_OF_SESSION = LIST.formatted("session_id = $2" + OPEN);

    static final String FIND = "SELECT " + PgRecalls.COLUMNS + " FROM recall WHERE id = $1 AND user_id = $2";

    static final String RUNS = """
            SELECT * FROM (
                (SELECT session_id, id, recall_slot, started_at, ended_at, outcome, code FROM run
                 WHERE recall_id = $1 ORDER BY recall_slot DESC LIMIT $2)
                UNION ALL
                (SELECT its.session_id, its.id, its.recall_slot, its.started_at, its.ended_at, its.outcome, its.code
                 FROM (SELECT id FROM recall WHERE parent = $1 ORDER BY created_at DESC LIMIT $2) AS made,
                      LATERAL (SELECT * FROM run WHERE recall_id = made.id ORDER BY recall_slot DESC LIMIT $2) AS its)
            ) AS all_of_it ORDER BY recall_slot DESC LIMIT $2""";

    private final PgPool pool;

    public PgRecallDirectory(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Page> list(String user, String session, boolean openOnly, String cursor, int limit) {
        return pool.read(listed(session, openOnly), Tuple.of(user, session, cursor, limit + 1))
                .map(rows -> page(PgRecalls.read(rows), limit));
    }

    private static String listed(String session, boolean openOnly) {
        if (session == null) return openOnly ? OPEN_OF_USER : OF_USER;
        return openOnly ? OPEN_OF_SESSION : OF_SESSION;
    }

    private static Page page(List<Recall> found, int limit) {
        if (found.size() <= limit) return new Page(found, null);
        List<Recall> page = found.subList(0, limit);
        return new Page(List.copyOf(page), page.getLast().id());
    }

    @Override
    public Future<Optional<Recall>> find(String user, String recall) {
        return pool.read(FIND, Tuple.of(recall, user))
                .map(rows -> PgRecalls.read(rows).stream().findFirst());
    }

    @Override
    public Future<List<RecallRun>> runs(String recall, int limit) {
        return pool.read(RUNS, Tuple.of(recall, limit)).map(rows -> {
            List<RecallRun> runs = new ArrayList<>(rows.size());
            for (Row row : rows) runs.add(run(row));
            return runs;
        });
    }

    private static RecallRun run(Row row) {
        return new RecallRun(
                row.getString("session_id"),
                row.getString("id"),
                PgTimes.toMs(row.getOffsetDateTime("recall_slot")),
                PgTimes.toMs(row.getOffsetDateTime("started_at")),
                PgTimes.toMsOrNull(row.getOffsetDateTime("ended_at")),
                row.getString("outcome"),
                PgRuns.code(row));
    }
}
