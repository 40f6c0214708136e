package io.reprise.store.job;

import io.reprise.job.Sweep;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Deletes rows of sessions that do not exist, from tables without a foreign key. There are none unless something went
 * wrong: a session is erased with its rows in one transaction.
 */
public final class PgOrphanSweep implements Sweep {
    private static final List<String> TABLES = List.of("session_event", "message_text", "claim");

    /**
     * Goes from one session to the next by the index, whatever number of rows each has. A session that is made
     * meanwhile has no rows before it exists.
     */
    private static final String SWEEP = """
            WITH RECURSIVE found (id, place) AS (
                (SELECT session_id, 1 FROM %1$s WHERE session_id > $1 ORDER BY session_id LIMIT 1)
                UNION ALL
                SELECT (SELECT session_id FROM %1$s WHERE session_id > found.id ORDER BY session_id LIMIT 1), place + 1
                FROM found WHERE found.id IS NOT NULL AND place < $2
            ), gone AS (
                DELETE FROM %1$s WHERE session_id IN (
                    SELECT id FROM found WHERE NOT EXISTS (SELECT 1 FROM session WHERE session.id = found.id))
                RETURNING 1
            )
            SELECT count(id) AS processed, max(id) AS last, (SELECT count(*) FROM gone) AS deleted FROM found""";

    private final PgPool pool;
    private final int batch;
    private int table;
    private String last = "";

    /** @param batch sessions at a time */
    public PgOrphanSweep(PgPool pool, int batch) {
        this.pool = pool;
        this.batch = batch;
    }

    @Override
    public Future<Batch> next() {
        return pool.run(SWEEP.formatted(TABLES.get(table)), Tuple.of(last, batch))
                .map(rows -> batch(rows.iterator().next()));
    }

    private Batch batch(Row row) {
        long processed = row.getLong("processed");
        last = row.getString("last");
        if (processed < batch) {
            table++;
            last = "";
        }
        return new Batch(processed, row.getLong("deleted"), table < TABLES.size());
    }

    /** Those of these sessions that exist. */
    public static Future<Set<String>> existing(PgPool pool, Set<String> sessions) {
        return pool.run(
                        "SELECT id FROM session WHERE id = ANY ($1)",
                        Tuple.tuple().addArrayOfString(sessions.toArray(String[]::new)))
                .map(rows -> {
                    Set<String> found = new HashSet<>();
                    for (Row row : rows) found.add(row.getString("id"));
                    return found;
                });
    }
}
