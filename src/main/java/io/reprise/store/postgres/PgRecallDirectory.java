package io.reprise.store.postgres;

import io.reprise.history.RecallDirectory;
import io.reprise.message.recall.Recall;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.support.Page;
import io.reprise.support.PageCursor;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
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

    /**
     * Recalls that were made with a session have no slot before they were made, and hardly ever more runs than the first one; a few more of them
     * are read, because one whose run was repeated may come before newer ones.
     */
    static final String RUNS = """
            SELECT * FROM (
                (SELECT session_id, id, recall_slot, started_at, ended_at, outcome, code FROM run
                 WHERE recall_id = $1
                    AND (recall_slot, id) < (coalesce($3::timestamptz, 'infinity'), coalesce($4::text, ''))
                 ORDER BY recall_slot DESC, id DESC LIMIT $2)
                UNION ALL
                (SELECT its.session_id, its.id, its.recall_slot, its.started_at, its.ended_at, its.outcome, its.code
                 FROM (SELECT id FROM recall
                       WHERE parent = $1 AND created_at <= coalesce($3::timestamptz, 'infinity') AND run_id IS NOT NULL
                       ORDER BY created_at DESC LIMIT $2 + 20) AS made,
                      LATERAL (SELECT * FROM run
                               WHERE recall_id = made.id
                                  AND (recall_slot, id) < (coalesce($3::timestamptz, 'infinity'), coalesce($4::text, ''))
                               ORDER BY recall_slot DESC LIMIT $2) AS its)
            ) AS all_of_it ORDER BY recall_slot DESC, id DESC LIMIT $2""";

    private final PgPool pool;

    public PgRecallDirectory(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Page<Recall>> list(String user, String session, boolean openOnly, String cursor, int limit) {
        return pool.read(listed(session, openOnly), Tuple.of(user, session, cursor, limit + 1))
                .map(rows -> Page.of(PgRecalls.read(rows), limit, Recall::id));
    }

    private static String listed(String session, boolean openOnly) {
        if (session == null) return openOnly ? OPEN_OF_USER : OF_USER;
        return openOnly ? OPEN_OF_SESSION : OF_SESSION;
    }

    @Override
    public Future<Optional<Recall>> find(String user, String recall) {
        return pool.read(FIND, Tuple.of(recall, user))
                .map(rows -> PgRecalls.read(rows).stream().findFirst());
    }

    @Override
    public Future<Page<RecallRun>> runs(String recall, String cursor, int limit) {
        return PageCursor.parse(cursor, 2)
                .map(place -> Tuple.of(recall, limit + 1, slot(place.getFirst()), place.getLast()))
                .compose(values -> pool.read(RUNS, values))
                .map(rows -> {
                    List<RecallRun> runs = new ArrayList<>(rows.size());
                    for (Row row : rows) runs.add(run(row));
                    return Page.of(runs, limit, last -> PageCursor.of(last.slotMs(), last.run()));
                });
    }

    private static OffsetDateTime slot(String value) {
        return PgTimes.toTimeOrNull(PageCursor.timeMs(value));
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
