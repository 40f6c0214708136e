package io.reprise.store.directory;

import io.reprise.history.SearchWords;
import io.reprise.history.SessionDirectory.TooSlow;
import io.reprise.history.SessionSummary.Match;
import io.reprise.store.database.PgPool;
import io.reprise.support.Current;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;

/**
 * Searches the texts of one user's sessions, in the order of the list, until a page is full. It uses no full-text
 * index: so it finds parts of words, stores texts cheaply, and needs no extension of PostgreSQL.
 */
final class PgSearch {
    private static final int WINDOW_CHARS = 600;
    private static final int WINDOW_BEFORE_CHARS = 120;

    /** Each of the two lists is a range of one index, and is read in its order until the page is full. */
    static final String FIND =
            """
            SELECT %s, message_id, match_seq, match_role,
                   (SELECT substr(string_agg(e.payload::json ->> 'delta', '' ORDER BY e.seq),
                                  greatest(1, session.place - %s), %s)
                    FROM session_event e
                    WHERE e.session_id = session.id AND e.seq > session.match_seq AND e.seq < session.match_end
                      AND e.type = 'TEXT_MESSAGE_CONTENT'
                      AND e.payload::json ->> 'messageId' = session.message_id) AS match_text
            FROM unnest($2::boolean[]) AS wanted (side) CROSS JOIN LATERAL (
                SELECT session.*, hit.* FROM session LEFT JOIN LATERAL (
                    SELECT t.message_id, t.seq AS match_seq, t.end_seq AS match_end, t.role AS match_role,
                           position($8 IN t.folded) AS place
                    FROM message_text t WHERE t.session_id = session.id AND t.folded LIKE ALL ($7::text[])
                    ORDER BY t.seq DESC LIMIT 1
                ) AS hit ON true
                WHERE user_id = $1 AND archived = wanted.side AND NOT starts_with(id, 't_') AND %s
                  AND (hit.match_seq IS NOT NULL OR title_folded LIKE ALL ($7::text[]))
                ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT $6
            ) AS session
            ORDER BY pinned DESC, updated_at DESC, id DESC LIMIT $6""".formatted(PgSessionDirectory.COLUMNS, WINDOW_BEFORE_CHARS, WINDOW_CHARS, PgSessionDirectory.BEHIND);

    static final String LIMIT_TIME = "SELECT set_config('statement_timeout', $1, true)";

    private final PgPool pool;
    private final Current<Integer> timeMs;

    PgSearch(PgPool pool, Current<Integer> timeMs) {
        this.pool = pool;
        this.timeMs = timeMs;
    }

    /** @param page user, which lists, the position that the page begins after, and the number of rows */
    Future<RowSet<Row>> find(Tuple page, SearchWords words) {
        String[] patterns = words.words().stream().map(PgSearch::pattern).toArray(String[]::new);
        Tuple values = page.addArrayOfString(patterns).addString(words.words().getFirst());
        return pool.inTransaction(connection -> connection
                        .preparedQuery(LIMIT_TIME)
                        .execute(Tuple.of(Integer.toString(timeMs.get())))
                        .compose(set -> connection.preparedQuery(FIND).execute(values)))
                .recover(cause ->
                        cause instanceof PgException e && e.getSqlState().equals(PgPool.TOOK_TOO_LONG)
                                ? Future.failedFuture(new TooSlow())
                                : PgPool.away(cause));
    }

    /** Null if the words occur only in the title. */
    static Match match(Row row, SearchWords words) {
        Long seq = row.getLong("match_seq");
        if (seq == null) return null;
        String text = row.getString("match_text");
        return new Match(
                row.getString("message_id"), seq, row.getString("match_role"), words.snippet(text == null ? "" : text));
    }

    /** Escapes the special characters of LIKE. */
    private static String pattern(String word) {
        return "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }
}
