package io.reprise.store.directory;

import io.reprise.history.RunDirectory;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The active runs of all users, from PostgreSQL. */
public final class PgRunDirectory implements RunDirectory {
    /** Of more active runs than asked for, any: to find the first ones all of them would be read. */
    static final String ACTIVE = """
            SELECT run.session_id, run.id, run.origin, run.started_at, session.user_id, session.agent
            FROM (SELECT * FROM run WHERE outcome IS NULL LIMIT $1) AS run
                JOIN session ON session.id = run.session_id
            ORDER BY run.started_at, run.id""";

    static final String NODES = """
            SELECT node, count(*) AS shards FROM shard WHERE until > clock_timestamp() GROUP BY node ORDER BY node""";

    static final String STOP = """
            WITH found AS (
                SELECT session.user_id FROM run JOIN session ON session.id = run.session_id
                WHERE run.session_id = $1 AND run.id = $2 AND run.outcome IS NULL
            ), recorded AS (
                INSERT INTO audit (user_id, action, session_id, target) SELECT $3, 'session.stopped', $1, $2 FROM found
            )
            SELECT user_id FROM found""";

    private final PgPool pool;
    private final PgPool readPool;

    public PgRunDirectory(PgPool pool, PgPool readPool) {
        this.pool = pool;
        this.readPool = readPool;
    }

    @Override
    public Future<List<Entry>> active(int limit) {
        return readPool.read(ACTIVE, Tuple.of(limit)).map(rows -> {
            List<Entry> found = new ArrayList<>(rows.size());
            for (Row row : rows) found.add(entry(row));
            return found;
        });
    }

    private static Entry entry(Row row) {
        return new Entry(
                row.getString("session_id"),
                row.getString("id"),
                row.getString("user_id"),
                row.getString("agent"),
                row.getString("origin"),
                PgTimes.toMs(row.getOffsetDateTime("started_at")));
    }

    @Override
    public Future<List<Node>> nodes() {
        return readPool.read(NODES, Tuple.tuple()).map(rows -> {
            List<Node> found = new ArrayList<>(rows.size());
            for (Row row : rows)
                found.add(new Node(row.getString("node"), row.getLong("shards").intValue()));
            return found;
        });
    }

    @Override
    public Future<Optional<String>> stop(String session, String run, String by) {
        return pool.run(STOP, Tuple.of(session, run, by))
                .recover(PgPool::away)
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString("user_id")));
    }
}
