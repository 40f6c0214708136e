package io.reprise.store.job;

import io.reprise.store.checkpoint.NeededCheckpoints;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks the rows of runs and interrupts which checkpoints are still needed. */
public final class PgNeededCheckpoints implements NeededCheckpoints {
    /** Runs that are unfinished or wait for a person; more conditions may follow. */
    static final String RUNS = """
            run WHERE (run.outcome IS NULL OR EXISTS (
                SELECT 1 FROM interrupt WHERE interrupt.session_id = run.session_id AND interrupt.run_id = run.id
                  AND interrupt.decision IS NULL))""";

    private final PgPool pool;

    public PgNeededCheckpoints(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Map<String, Set<String>>> of(List<String> sessions, String user) {
        return pool.run(
                        """
                        SELECT wanted.id AS session_id, needed.run_id, needed.checkpoint
                        FROM unnest($1::text[]) AS wanted (id) LEFT JOIN (
                            SELECT run.session_id, run.id AS run_id, run.resume::json ->> 'checkpoint' AS checkpoint
                            FROM %s AND run.session_id = ANY ($1)
                        ) AS needed ON needed.session_id = wanted.id
                        WHERE $2::text IS NULL
                           OR EXISTS (SELECT 1 FROM session WHERE session.id = wanted.id AND user_id = $2)""".formatted(RUNS),
                        Tuple.tuple()
                                .addArrayOfString(sessions.toArray(String[]::new))
                                .addString(user))
                .map(rows -> {
                    Map<String, Set<String>> found = new HashMap<>();
                    for (Row row : rows) {
                        Set<String> ids =
                                found.computeIfAbsent(row.getString("session_id"), session -> new HashSet<>());
                        if (row.getString("run_id") != null) ids.add(row.getString("run_id"));
                        if (row.getString("checkpoint") != null) ids.add(row.getString("checkpoint"));
                    }
                    return found;
                });
    }
}
