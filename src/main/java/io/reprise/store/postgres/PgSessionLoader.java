package io.reprise.store.postgres;

import io.reprise.config.InterruptSettings;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.Interrupt;
import io.reprise.message.Json;
import io.reprise.message.QueuedMessage;
import io.reprise.message.content.Content;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.recall.Recall;
import io.reprise.session.store.ClaimedIds;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.Orphan;
import io.reprise.session.store.Outline;
import io.reprise.session.store.Placed;
import io.reprise.session.store.RunRow;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Loads sessions from PostgreSQL. In one transaction it first claims a session for its owner and then reads it. */
final class PgSessionLoader {
    /** Whether the session exists, and whose it is. */
    static final String USER = "SELECT user_id FROM session WHERE id = $1";

    static final String CLAIM = """
            UPDATE session SET owner = $2, version = version + 2 WHERE id = $1 AND owner <= $2
            RETURNING user_id, epoch, head_seq, version, queue, agent, title, made_title, title_tries,
                      pinned, archived, muted, read_seq, unread, recall_chain, recalled_session, recalled_seq,
                      recalled_context,
                      greatest(updated_at, used_at) AS idle_since""";

    /**
     * Selects the runs that have not ended, and the last run. Each is a range of an index, however many runs the session
     * has and however few most sessions have.
     */
    static final String RUNS = """
            SELECT %1$s FROM run
            WHERE session_id = $1 AND outcome IS NULL AND shard = (SELECT shard FROM session WHERE id = $1)
            UNION ALL
            SELECT %1$s
            FROM (SELECT * FROM run WHERE session_id = $1 ORDER BY first_seq DESC LIMIT 1) AS last
            WHERE outcome IS NOT NULL
            ORDER BY first_seq""".formatted(PgRuns.COLUMNS);

    static final String OUTLINE =
            "WITH " + PgMessages.REWINDS + ", message AS NOT MATERIALIZED (SELECT e.seq, e.payload"
                    + " FROM session_event AS e WHERE e.session_id = $1 AND" + PgMessages.IS_MESSAGE + "AND"
                    + PgMessages.IS_NOT_VOID + """
            ) SELECT (SELECT payload FROM message ORDER BY seq DESC LIMIT 1) AS last,
                     (SELECT payload FROM message WHERE seq < $2 ORDER BY seq DESC LIMIT 1) AS before,
                     (SELECT from_seq FROM session_event WHERE session_id = $1 ORDER BY seq LIMIT 1) AS first""";

    static final String RECALLS = "SELECT " + PgRecalls.COLUMNS + """
             FROM recall WHERE session_id = $1 AND status IN ('pending', 'running', 'paused')
            ORDER BY created_at, id""";

    static final String INTERRUPTS = "SELECT " + PgInterrupts.COLUMNS + """
             FROM (
                SELECT * FROM interrupt WHERE session_id = $1 AND run_id = $2
                UNION
                (SELECT * FROM interrupt WHERE session_id = $1 AND decision IS NOT NULL
                 ORDER BY created_at DESC LIMIT $3)
            ) AS needed
            ORDER BY created_at, place, id""";

    static final String CLAIMS = "SELECT id FROM claim WHERE user_id = $1 AND session_id = $2 ORDER BY id LIMIT $3";

    static final String STRUCTURE = """
            SELECT seq, payload FROM session_event
            WHERE session_id = $1 AND seq >= $2 AND (seq < $3 OR run_id = $4 OR run_id IS NULL)
              AND ends IS NULL AND (type <> 'CUSTOM' OR
            """ + PgMessages.REWOUND + "OR" + PgMessages.STOPPING + ") ORDER BY seq";

    static final String SAID = "WITH " + PgMessages.REWINDS + """
            SELECT e.payload, e.at,
                   (SELECT payload FROM session_event
                    WHERE session_id = $1 AND from_seq = e.seq + 1 AND seq > e.seq
                    ORDER BY seq LIMIT 1) AS content
            FROM session_event AS e
            WHERE e.session_id = $1 AND e.run_id = $2 AND e.seq > $3 AND e.type = 'TEXT_MESSAGE_START'
              AND e.payload::json ->> 'role' = 'user' AND""" + PgMessages.IS_NOT_VOID + "ORDER BY e.seq";

    private final PgPool pool;

    PgSessionLoader(PgPool pool) {
        this.pool = pool;
    }

    /** Claims the session only if it belongs to one of these users. For other users this costs only one read. */
    Future<LoadOutcome> load(String session, long owner, Set<String> users) {
        return pool.run(USER, Tuple.of(session)).compose(rows -> {
            if (rows.size() == 0) return Future.succeededFuture(new LoadOutcome.Absent());
            return users.contains(rows.iterator().next().getString("user_id"))
                    ? load(session, owner)
                    : Future.succeededFuture(new LoadOutcome.Foreign());
        });
    }

    /**
     * Claims and loads the session. Raises its version by two, so that a delayed append of an earlier owner finds
     * another version. An append raises the version by one; with two, a delayed load cannot be mistaken for an append
     * of the owner that loaded later.
     */
    Future<LoadOutcome> load(String session, long owner) {
        return pool.inTransaction(connection -> connection
                .preparedQuery(CLAIM)
                .execute(Tuple.of(session, owner))
                .compose(rows -> rows.size() == 0 ? whyNot(connection, session) : found(connection, session, rows)));
    }

    private static Future<LoadOutcome> whyNot(SqlConnection connection, String session) {
        return connection
                .preparedQuery(USER)
                .execute(Tuple.of(session))
                .map(rows -> rows.size() == 0 ? new LoadOutcome.Absent() : new LoadOutcome.NotMine());
    }

    private static Future<LoadOutcome> found(SqlConnection connection, String session, RowSet<Row> rows) {
        Row head = rows.iterator().next();
        return connection
                .preparedQuery(RUNS)
                .execute(Tuple.of(session))
                .map(PgRuns::read)
                .compose(runs -> orphans(connection, session, runs)
                        .compose(orphans -> Future.all(
                                        recalls(connection, session),
                                        outline(connection, session, runs, head.getLong("head_seq")),
                                        interrupts(connection, session, runs),
                                        claims(connection, head.getString("user_id"), session))
                                .map(rest -> new LoadOutcome.Found(new Loaded(
                                        head.getString("user_id"),
                                        head.getString("epoch"),
                                        head.getLong("head_seq"),
                                        head.getLong("version"),
                                        Json.parseList(head.getString("queue"), QueuedMessage.class),
                                        runs.isEmpty() ? null : runs.getLast(),
                                        orphans,
                                        rest.resultAt(0),
                                        rest.resultAt(1),
                                        head.getString("agent"),
                                        PgSessionColumns.titles(head),
                                        PgSessionColumns.listing(head),
                                        PgSessionColumns.read(head),
                                        rest.resultAt(2),
                                        PgTimes.toMs(head.getOffsetDateTime("idle_since")),
                                        rest.resultAt(3),
                                        head.getInteger("recall_chain"),
                                        PgSessionColumns.recalledFrom(head))))));
    }

    private static Future<Outline> outline(SqlConnection connection, String session, List<RunRow> runs, long head) {
        long lastRun = runs.isEmpty() ? 1 : runs.getLast().progress().rootSeq();
        return connection
                .preparedQuery(OUTLINE)
                .execute(Tuple.of(session, lastRun))
                .map(rows -> {
                    Row row = rows.iterator().next();
                    Long first = row.getLong("first");
                    return new Outline(
                            PgMessages.id(row, "last"), PgMessages.id(row, "before"), first == null ? head + 1 : first);
                });
    }

    private static Future<List<Recall>> recalls(SqlConnection connection, String session) {
        return connection.preparedQuery(RECALLS).execute(Tuple.of(session)).map(PgRecalls::read);
    }

    /** All interrupts of the last run, because their answers are needed together, and the newest resolved ones. */
    private static Future<List<Interrupt>> interrupts(SqlConnection connection, String session, List<RunRow> runs) {
        if (runs.isEmpty()) return Future.succeededFuture(List.of());
        return connection
                .preparedQuery(INTERRUPTS)
                .execute(Tuple.of(session, runs.getLast().id(), InterruptSettings.OPEN_MAX))
                .map(PgInterrupts::read);
    }

    /** The session is owned by now, so nobody else adds to them. */
    private static Future<List<String>> claims(SqlConnection connection, String user, String session) {
        return connection
                .preparedQuery(CLAIMS)
                .execute(Tuple.of(user, session, ClaimedIds.LOADED_MAX + 1))
                .map(rows -> rows.stream().map(row -> row.getString("id")).toList());
    }

    /** Reads one orphaned run after the other; normally there is at most one. */
    private static Future<List<Orphan>> orphans(SqlConnection connection, String session, List<RunRow> runs) {
        Future<List<Orphan>> found = Future.succeededFuture(new ArrayList<>());
        for (RunRow run : runs) {
            if (run.outcome() != null) continue;
            found = found.compose(orphans -> structure(connection, session, run)
                    .compose(structure -> said(connection, session, run).map(said -> new Orphan(run, structure, said)))
                    .map(orphan -> {
                        orphans.add(orphan);
                        return orphans;
                    }));
        }
        return found;
    }

    /**
     * Reads from the beginning of the run that this run resumes, because this run has to answer the calls left open
     * there.
     */
    private static Future<List<Placed>> structure(SqlConnection connection, String session, RunRow run) {
        return connection
                .preparedQuery(STRUCTURE)
                .execute(Tuple.of(session, run.progress().rootSeq(), run.firstSeq(), run.id()))
                .map(rows -> {
                    List<Placed> events = new ArrayList<>(rows.size());
                    for (Row row : rows) {
                        events.add(new Placed(row.getLong("seq"), EventJson.parse(row.getString("payload"))));
                    }
                    return events;
                });
    }

    /**
     * The user messages that the run received. A text is a single event, whatever its length. The message that started
     * the run comes directly after its first event.
     */
    private static Future<List<QueuedMessage>> said(SqlConnection connection, String session, RunRow run) {
        Long resumeSeq = run.progress().resumeSeq();
        if (resumeSeq == null) return Future.succeededFuture(List.of());
        return connection
                .preparedQuery(SAID)
                .execute(Tuple.of(session, run.id(), Math.max(resumeSeq, run.firstSeq() + 1)))
                .map(rows -> {
                    List<QueuedMessage> said = new ArrayList<>(rows.size());
                    for (Row row : rows) said.add(steered(row));
                    return said;
                });
    }

    private static QueuedMessage steered(Row row) {
        LogEvent.TextStart start = (LogEvent.TextStart) EventJson.parse(row.getString("payload"));
        Content content = PgMessages.content(start, row.getString("content"));
        String at = row.getOffsetDateTime("at").toInstant().toString();
        return new QueuedMessage(
                start.messageId(),
                content.lead(),
                content.rest(),
                OnBusy.STEER.wire(),
                start.metadata().by(),
                at,
                start.metadata().command(),
                null,
                start.metadata().zone(),
                start.metadata().chosen(),
                null);
    }
}
