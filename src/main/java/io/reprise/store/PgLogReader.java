package io.reprise.store;

import io.reprise.history.LogReader;
import io.reprise.message.LogRow;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.List;

/** The log's rows out of PostgreSQL. */
public final class PgLogReader implements LogReader {
    private final PgPool pool;

    public PgLogReader(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<List<LogRow>> rows(String session, long after, long upTo, int rowsMax, int bytesMax) {
        // The size before a row decides, so that the first row always comes.
        return pool.run("""
                        SELECT %1$s FROM (
                            SELECT %1$s, sum(length(payload)) OVER (ORDER BY seq) - length(payload) AS before
                            FROM (SELECT %1$s FROM session_event
                                  WHERE session_id = $1 AND seq > $2 AND from_seq <= $3
                                  ORDER BY seq LIMIT $4) AS next
                        ) AS sized WHERE before < $5 ORDER BY seq""".formatted(PgRows.COLUMNS), Tuple.of(session, after, upTo, rowsMax, bytesMax))
                .map(PgRows::read);
    }

    @Override
    public Future<Long> foldStart(String session, long upTo, int messages) {
        return pool.run("""
                        SELECT coalesce(max(seq), 1) AS start FROM session_event
                        WHERE session_id = $1 AND type = 'RUN_STARTED' AND seq <= (
                            SELECT seq FROM session_event
                            WHERE session_id = $1 AND seq <= $2
                              AND type IN ('TEXT_MESSAGE_START', 'REASONING_MESSAGE_START', 'TOOL_CALL_RESULT')
                            ORDER BY seq DESC OFFSET $3 LIMIT 1)""", Tuple.of(session, upTo, messages - 1))
                .map(rows -> rows.iterator().next().getLong("start"));
    }

    @Override
    public Future<Long> runEnd(String session, long seq) {
        return pool.run("""
                        SELECT seq FROM session_event
                        WHERE session_id = $1 AND seq >= $2 AND type IN ('RUN_FINISHED', 'RUN_ERROR')
                        ORDER BY seq LIMIT 1""", Tuple.of(session, seq))
                .map(rows -> rows.size() == 0
                        ? Long.MAX_VALUE
                        : rows.iterator().next().getLong("seq"));
    }
}
