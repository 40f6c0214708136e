package io.reprise.store.postgres;

import io.reprise.history.LogReader;
import io.reprise.history.Workers;
import io.reprise.message.content.Content;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Reads rows of the log from PostgreSQL. */
public final class PgLogReader implements LogReader {
    /**
     * A row is included if the rows before it are below the limit, so the first row is always included. The size is
     * counted in bytes: to count characters, PostgreSQL would have to read and decompress every candidate row. There are
     * no more rows than seqs; without that as a limit, PostgreSQL would look for the end to the end of the log, because
     * no index knows {@code from_seq}.
     */
    static final String ROWS = rows("$2", "$3", "$4", "$5");

    /** Finds where a fold begins, and names that {@code begun}. */
    private static final String BEGUN =
            "WITH " + PgMessages.REWINDS + """
            , oldest AS (
                SELECT e.seq FROM session_event AS e
                WHERE e.session_id = $1 AND e.seq <= $2 AND""" + PgMessages.IS_MESSAGE + "AND " + PgMessages.WAS_NOT_VOID + """
                ORDER BY e.seq DESC OFFSET $3 LIMIT 2
            ), begun AS (
                SELECT max(seq) AS seq FROM session_event WHERE session_id = $1 AND type = 'RUN_STARTED'
                AND seq <= (SELECT max(seq) FROM oldest)
            ), fold AS MATERIALIZED (
                SELECT coalesce((SELECT root_seq FROM run WHERE session_id = $1 AND first_seq = begun.seq),
                                begun.seq, 1) AS start,
                       (SELECT count(*) FROM oldest) > 1 AS earlier
                FROM begun
            )
            """;

    static final String FOLD_START = BEGUN + "SELECT start, earlier FROM fold";

    /** Where a fold begins, and its first rows; without rows, one row in which they are null. */
    static final String FOLD_ROWS = BEGUN + "SELECT fold.start, fold.earlier, first.* FROM fold LEFT JOIN LATERAL ("
            + rows("(fold.start - 1)", "$5", "$6", "$7") + ") AS first ON true ORDER BY first.seq";

    /** From two indexes. */
    static final String AMENDMENTS = "SELECT " + PgRows.COLUMNS + " FROM session_event WHERE session_id = $1 AND "
            + PgMessages.AMENDING + "UNION ALL SELECT " + PgRows.COLUMNS
            + " FROM session_event WHERE session_id = $1 AND " + PgMessages.OPINING + "ORDER BY seq";

    /** The index of what amends is used, too. */
    static final String REWINDS =
            "SELECT " + PgRows.COLUMNS + " FROM session_event WHERE session_id = $1 AND seq < $2 AND "
                    + PgMessages.REWINDING + "ORDER BY seq DESC LIMIT $3";

    /** The newest summary, unless a rewind behind it has superseded some of what it covers. */
    static final String SUMMARY = "WITH " + PgMessages.REWINDS + """
            , said AS (
                SELECT * FROM session_event WHERE session_id = $1 AND seq <= $2 AND
            """ + PgMessages.SUMMARISING
            + "ORDER BY seq DESC) SELECT " + PgRows.COLUMNS + """
             FROM said WHERE NOT EXISTS (
                SELECT 1 FROM rewound AS r
                WHERE r.seq > said.seq AND r.to_seq < (said.payload::json #>> '{value,upToSeq}')::bigint)
            LIMIT 1""";

    static final String RUN_END = """
            SELECT seq FROM session_event
            WHERE session_id = $1 AND seq >= $2 AND type IN ('RUN_FINISHED', 'RUN_ERROR')
            ORDER BY seq LIMIT 1""";

    /** The first row that reaches the seq is the last that may begin at or before it. */
    static final String BYTES = """
            SELECT coalesce(sum(octet_length(payload)), 0)::bigint AS bytes FROM session_event
            WHERE session_id = $1 AND from_seq <= $2
              AND seq <= coalesce((SELECT min(seq) FROM session_event WHERE session_id = $1 AND seq >= $2), $2)""";

    /**
     * Goes back from the end of the log until it has found the message. The conditions are written as {@code coalesce}
     * because PostgreSQL takes equalities for rare, and would then read all of the session and sort what it found.
     */
    static final String USER_MESSAGE = "WITH " + PgMessages.REWINDS + """
            , asked AS (
                SELECT e.seq, e.payload FROM session_event AS e
                WHERE e.session_id = $1 AND e.type = 'TEXT_MESSAGE_START'
                  AND coalesce(e.payload::json ->> 'role' = 'user', false)
                  AND coalesce(e.payload::json ->> 'messageId' = $2, $2::text IS NULL)
                  AND""" + PgMessages.IS_NOT_VOID + """
                ORDER BY e.seq DESC LIMIT 1
            )
            SELECT asked.payload AS begin,
                   (SELECT payload FROM session_event
                    WHERE session_id = $1 AND from_seq = asked.seq + 1 AND seq >= asked.seq + 1
                    ORDER BY seq LIMIT 1) AS content,
                   CASE WHEN EXISTS (SELECT 1 FROM session_event WHERE session_id = $1
                                     AND seq = asked.seq - 1 AND type = 'RUN_STARTED')
                        THEN asked.seq - 2 ELSE asked.seq - 1 END AS to_seq,
                   (SELECT e.payload FROM session_event AS e
                    WHERE e.session_id = $1 AND e.seq < asked.seq AND"""
            + PgMessages.IS_MESSAGE + "AND " + PgMessages.IS_NOT_VOID
            + """
                    ORDER BY e.seq DESC LIMIT 1) AS last
            FROM asked""";

    /** Goes back from the end of the log, as above. */
    static final String ANSWER = "WITH " + PgMessages.REWINDS + """
            SELECT e.seq, e.run_id, e.payload FROM session_event AS e
            WHERE e.session_id = $1 AND e.type = 'TEXT_MESSAGE_START'
              AND coalesce(e.payload::json ->> 'role' = 'assistant', false)
              AND coalesce(e.payload::json ->> 'messageId' = $2, false)
              AND""" + PgMessages.IS_NOT_VOID + """
            ORDER BY e.seq DESC LIMIT 1""";

    private final PgPool pool;
    private final PgPool decisions;
    private final Workers workers;

    /** The caller's thread decodes the rows. */
    public PgLogReader(PgPool pool) {
        this(pool, pool, Workers.CALLER);
    }

    /**
     * @param decisions pool for reads that a command waits for, so that other reads do not delay them
     * @param workers decode the rows that the database returns
     */
    public PgLogReader(PgPool pool, PgPool decisions, Workers workers) {
        this.pool = pool;
        this.decisions = decisions;
        this.workers = workers;
    }

    @Override
    public Future<List<LogRow>> rows(String session, long after, long upTo, int rowsMax, int bytesMax) {
        return pool.read(ROWS, Tuple.of(session, after, upTo, rowsMax, bytesMax))
                .compose(rows -> workers.run(() -> PgRows.read(session, rows)));
    }

    @Override
    public Future<Long> bytes(String session, long upTo) {
        return pool.read(BYTES, Tuple.of(session, upTo))
                .map(rows -> rows.iterator().next().getLong("bytes"));
    }

    @Override
    public Future<FoldStart> foldStart(String session, long upTo, int messages, long asOf) {
        return pool.read(FOLD_START, Tuple.of(session, upTo, messages - 1, asOf))
                .map(rows -> foldStart(rows.iterator().next()));
    }

    @Override
    public Future<FoldRows> foldRows(
            String session, long upTo, int messages, long rowsUpTo, int rowsMax, int bytesMax) {
        return pool.read(FOLD_ROWS, Tuple.of(session, upTo, messages - 1, upTo, rowsUpTo, rowsMax, bytesMax))
                .compose(rows -> workers.run(() -> {
                    Row first = rows.iterator().next();
                    boolean none = first.getLong("seq") == null;
                    return new FoldRows(foldStart(first), none ? List.of() : PgRows.read(session, rows));
                }));
    }

    private static FoldStart foldStart(Row row) {
        return new FoldStart(row.getLong("start"), row.getBoolean("earlier"));
    }

    private static String rows(String after, String upTo, String rowsMax, String bytesMax) {
        return """
            SELECT %1$s FROM (
                SELECT %1$s, sum(octet_length(payload)) OVER (ORDER BY seq) - octet_length(payload) AS before
                FROM (SELECT %1$s FROM session_event
                      WHERE session_id = $1 AND seq > %2$s
                      ORDER BY seq LIMIT least(%4$s, greatest(%3$s - %2$s, 0))) AS next
                WHERE from_seq <= %3$s
            ) AS sized WHERE before < %5$s ORDER BY seq""".formatted(PgRows.COLUMNS, after, upTo, rowsMax, bytesMax);
    }

    @Override
    public Future<List<LogRow>> amendments(String session) {
        return pool.read(AMENDMENTS, Tuple.of(session)).compose(rows -> workers.run(() -> PgRows.read(session, rows)));
    }

    @Override
    public Future<List<LogRow>> rewinds(String session, long before, int rowsMax) {
        return pool.read(REWINDS, Tuple.of(session, before, rowsMax))
                .compose(rows -> workers.run(() -> PgRows.read(session, rows)));
    }

    @Override
    public Future<Optional<LogRow>> summary(String session, long upTo) {
        return pool.read(SUMMARY, Tuple.of(session, upTo))
                .map(rows -> PgRows.read(session, rows).stream().findFirst());
    }

    @Override
    public Future<Optional<UserMessage>> userMessage(String session, String message) {
        return decisions
                .read(USER_MESSAGE, Tuple.of(session, message))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(userMessage(rows.iterator().next())));
    }

    @Override
    public Future<Optional<Answer>> answer(String session, String message) {
        return decisions
                .read(ANSWER, Tuple.of(session, message))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(answer(rows.iterator().next())));
    }

    private static Answer answer(Row row) {
        LogEvent.TextStart begin = (LogEvent.TextStart) EventJson.parse(row.getString("payload"));
        String model = begin.metadata() == null ? null : begin.metadata().model();
        return new Answer(begin.messageId(), row.getLong("seq"), row.getString("run_id"), model);
    }

    private static UserMessage userMessage(Row row) {
        LogEvent.TextStart begin = (LogEvent.TextStart) EventJson.parse(row.getString("begin"));
        Content content = PgMessages.content(begin, row.getString("content"));
        return new UserMessage(
                begin.messageId(),
                content,
                row.getLong("to_seq"),
                PgMessages.id(row, "last"),
                begin.metadata() == null ? null : begin.metadata().chosen());
    }

    @Override
    public Future<Long> runEnd(String session, long seq) {
        return pool.read(RUN_END, Tuple.of(session, seq))
                .map(rows -> rows.size() == 0
                        ? Long.MAX_VALUE
                        : rows.iterator().next().getLong("seq"));
    }
}
