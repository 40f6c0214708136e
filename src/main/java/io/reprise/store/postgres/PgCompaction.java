package io.reprise.store.postgres;

import io.reprise.config.LogSettings;
import io.reprise.job.Sweep;
import io.reprise.message.log.LogRow;
import io.reprise.message.log.LogRow.Segment;
import io.reprise.message.log.SegmentGroups;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Stores neighbouring rows of one message as one, far behind the end of a log. An owner only adds rows behind the head, or
 * erases them, and each reader asks by cursor, so nobody holds the rows that are replaced. The lock of the session's row
 * keeps the erasure of a log apart: it would not see a row that is inserted meanwhile.
 */
public final class PgCompaction implements Sweep {
    private static final int STATEMENTS = 5;

    /** Less is not worth a look at the log. */
    private static final int EVENTS_MIN = 50;

    /** Below the newest events, and below the last run: what is replayed most is left alone. */
    static final String SESSIONS = """
            SELECT id, compacted_seq, below
            FROM (SELECT id, compacted_seq, least(head_seq - $2, (
                      SELECT first_seq - 1 FROM run WHERE session_id = session.id ORDER BY first_seq DESC LIMIT 1)) AS below
                  FROM session WHERE id > $1 ORDER BY id LIMIT $3) AS next
            ORDER BY id""";

    /** A session that is written or erased right now is left for the next time. */
    static final String LOCK = "SELECT compacted_seq FROM session WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED";

    static final String ROWS = "SELECT " + PgRows.COLUMNS
            + " FROM session_event WHERE session_id = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4";

    static final String REMOVE = "DELETE FROM session_event WHERE session_id = $1 AND seq = ANY ($2)";
    static final String NOTE = "UPDATE session SET compacted_seq = $2 WHERE id = $1";

    private final PgPool pool;
    private final LogSettings log;
    private final int batch;
    private final Deque<Log> logs = new ArrayDeque<>();
    private String lastSession = "";
    private boolean allFound;

    private record Log(String session, long below) {}

    /** @param batch sessions that are looked at, or rows that are read, at a time */
    public PgCompaction(PgPool pool, LogSettings log, int batch) {
        this.pool = pool;
        this.log = log;
        this.batch = batch;
    }

    @Override
    public Future<Batch> next() {
        if (logs.isEmpty()) return look();
        Log next = logs.element();
        return pool.inTransaction(STATEMENTS, connection -> compact(connection, next));
    }

    private Future<Batch> look() {
        return pool.run(SESSIONS, Tuple.of(lastSession, (long) log.replayEvents(), batch))
                .map(rows -> {
                    for (Row row : rows) {
                        lastSession = row.getString("id");
                        Long below = row.getLong("below");
                        if (below != null && below - row.getLong("compacted_seq") >= EVENTS_MIN) {
                            logs.add(new Log(lastSession, below));
                        }
                    }
                    allFound = rows.size() < batch;
                    return new Batch(0, 0, !allFound || !logs.isEmpty());
                });
    }

    private Future<Batch> compact(SqlConnection connection, Log next) {
        return connection.preparedQuery(LOCK).execute(Tuple.of(next.session())).compose(locked -> {
            if (locked.size() == 0) return Future.succeededFuture(done(0, 0));
            long after = locked.iterator().next().getLong("compacted_seq");
            return connection
                    .preparedQuery(ROWS)
                    .execute(Tuple.of(next.session(), after, next.below(), batch))
                    .compose(rows -> replace(connection, next, PgRows.read(next.session(), rows)));
        });
    }

    private Future<Batch> replace(SqlConnection connection, Log next, List<LogRow> rows) {
        boolean more = rows.size() == batch;
        List<List<Segment>> groups = SegmentGroups.of(rows, log.segmentBytesMax());
        long upTo = more ? upTo(rows, groups) : next.below();
        List<Segment> old = new ArrayList<>();
        List<LogRow> joined = new ArrayList<>();
        for (List<Segment> group : groups) {
            if (group.getLast().seq() > upTo) continue;
            old.addAll(group);
            joined.add(SegmentGroups.joined(group));
        }
        return swapped(connection, next.session(), old, joined)
                .compose(swapped -> connection.preparedQuery(NOTE).execute(Tuple.of(next.session(), upTo)))
                .map(noted -> {
                    long fewer = old.size() - joined.size();
                    return more ? new Batch(rows.size(), fewer, true) : done(rows.size(), fewer);
                });
    }

    /** A group at the end of what was read may go on, so it is read again from its beginning, unless it is all. */
    private static long upTo(List<LogRow> rows, List<List<Segment>> groups) {
        LogRow last = rows.getLast();
        if (!groups.isEmpty() && groups.getLast().getLast().seq() == last.seq()) {
            long begin = groups.getLast().getFirst().from();
            return begin > rows.getFirst().from() ? begin - 1 : last.seq();
        }
        return rows.size() > 1 ? last.from() - 1 : last.seq();
    }

    private static Future<?> swapped(SqlConnection connection, String session, List<Segment> old, List<LogRow> joined) {
        if (old.isEmpty()) return Future.succeededFuture();
        Long[] seqs = old.stream().map(Segment::seq).toArray(Long[]::new);
        PgAppend.Piece insert = PgAppend.moreRows(session, joined);
        return connection
                .preparedQuery(REMOVE)
                .execute(Tuple.of(session).addArrayOfLong(seqs))
                .compose(removed -> connection
                        .preparedQuery(insert.sql())
                        .execute(insert.values().get()));
    }

    private Batch done(long processed, long deleted) {
        logs.remove();
        return new Batch(processed, deleted, !allFound || !logs.isEmpty());
    }
}
