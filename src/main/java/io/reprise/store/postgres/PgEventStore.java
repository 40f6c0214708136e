package io.reprise.store.postgres;

import io.reprise.attachment.Attachment;
import io.reprise.session.store.Append;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change.Cleared;
import io.reprise.session.store.Claim;
import io.reprise.session.store.CreateOutcome;
import io.reprise.session.store.EventStore;
import io.reprise.session.store.LoadOutcome;
import io.reprise.session.store.NewSession;
import io.reprise.store.attachment.PgAttachments;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.store.job.PgErase;
import io.reprise.store.postgres.PgAppend.Statement;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Sessions in PostgreSQL. An append is one statement, so it is one round trip and one transaction. */
public final class PgEventStore implements EventStore {
    /**
     * SQLSTATE classes for content that the database will never accept: data, constraint, limit. Other classes concern
     * the database and not the content, for example a missing permission or an unavailable table; these may pass.
     */
    private static final Set<String> REFUSALS = Set.of("22", "23", "54");

    /** Statements of an erasure, for its time limit. */
    private static final int ERASE_STATEMENTS = 8;

    private static final String UNIQUE_VIOLATION = "23505";

    static final String TAKE_SHARDS = """
            INSERT INTO shard (shard, node, number)
            SELECT mine.shard, $1, nextval('owner_number') FROM unnest($2::int[]) AS mine (shard)
            ON CONFLICT (shard) DO UPDATE
            SET node = excluded.node, number = excluded.number, taken_at = now(), until = NULL
            RETURNING shard, number""";

    static final String UNFINISHED = """
            SELECT session_id AS id FROM run WHERE outcome IS NULL AND shard = ANY ($1)
            UNION SELECT session_id FROM recall WHERE paused_for = 'call' AND shard = ANY ($1)
            UNION SELECT id FROM session WHERE starts_with(id, 't_') AND shard = ANY ($1)
            UNION SELECT id FROM session WHERE queue <> '[]' AND shard = ANY ($1) AND NOT EXISTS
                (SELECT 1 FROM interrupt WHERE session_id = session.id AND decision IS NULL)""";

    static final String ROOT_SEQ =
            "SELECT coalesce(root_seq, first_seq) AS root FROM run WHERE session_id = $1 AND id = $2";

    static final String RECALLS_ELSEWHERE = """
            SELECT count(*) AS recalls FROM recall
            WHERE user_id = $1 AND session_id <> $2 AND status IN ('pending', 'running', 'paused') AND call IS NULL""";

    static final String RECALL_SESSIONS = """
            SELECT count(*) AS made FROM recall WHERE user_id = $1 AND created_at >= $2 AND parent IS NOT NULL""";

    static final String OWNER = "SELECT owner, version FROM session WHERE id = $1";

    private final PgPool pool;
    private final PgSessionLoader loader;
    private final List<PgErasures> elsewhere;
    private final PgNewSessions newSessions;
    private final PgAppend appends = new PgAppend();

    /** For a server without other stores that hold copies. */
    public PgEventStore(PgPool pool) {
        this(pool, List.of());
    }

    /** @param elsewhere records what each of the other stores has to erase */
    public PgEventStore(PgPool pool, List<PgErasures> elsewhere) {
        this.pool = pool;
        this.elsewhere = List.copyOf(elsewhere);
        this.loader = new PgSessionLoader(pool);
        this.newSessions = new PgNewSessions(pool, appends);
    }

    @Override
    public Future<Map<Integer, Long>> takeShards(String node, List<Integer> shards) {
        return pool.run(TAKE_SHARDS, Tuple.of(node).addArrayOfInteger(numbers(shards)))
                .map(rows -> {
                    Map<Integer, Long> owners = new HashMap<>();
                    for (Row row : rows) owners.put(row.getInteger("shard"), row.getLong("number"));
                    return owners;
                });
    }

    private static Integer[] numbers(List<Integer> shards) {
        return shards.toArray(Integer[]::new);
    }

    @Override
    public Future<List<String>> unfinishedSessions(List<Integer> shards) {
        return pool.run(UNFINISHED, Tuple.tuple().addArrayOfInteger(numbers(shards)))
                .map(rows -> {
                    List<String> ids = new ArrayList<>(rows.size());
                    for (Row row : rows) ids.add(row.getString("id"));
                    return ids;
                });
    }

    @Override
    public Future<LoadOutcome> load(String session, long owner, Set<String> users) {
        return users.isEmpty() ? loader.load(session, owner) : loader.load(session, owner, users);
    }

    @Override
    public Future<CreateOutcome> create(NewSession session) {
        return newSessions.create(session);
    }

    @Override
    public Future<Optional<Claim>> claim(String user, String session, String id) {
        return PgClaims.find(pool, user, session, id);
    }

    @Override
    public Future<Optional<Long>> rootSeq(String session, String run) {
        return pool.run(ROOT_SEQ, Tuple.of(session, run))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getLong("root")));
    }

    @Override
    public Future<Integer> recallsElsewhere(String user, String session) {
        return pool.run(RECALLS_ELSEWHERE, Tuple.of(user, session))
                .map(rows -> rows.iterator().next().getLong("recalls").intValue());
    }

    @Override
    public Future<Integer> recallSessionsSince(String user, long sinceMs) {
        return pool.run(RECALL_SESSIONS, Tuple.of(user, PgTimes.toTime(sinceMs)))
                .map(rows -> rows.iterator().next().getLong("made").intValue());
    }

    @Override
    public Future<List<Attachment>> attachments(String session, List<String> attachments) {
        return PgAttachments.find(pool, session, attachments);
    }

    @Override
    public Future<Boolean> exists(String session) {
        return pool.run(OWNER, Tuple.of(session)).map(rows -> rows.size() > 0);
    }

    @Override
    public Future<AppendOutcome> append(Append append) {
        return executed(append)
                .compose(rows -> rows.iterator().next().getLong("appended") == 1
                        ? Future.succeededFuture(new AppendOutcome.Stored())
                        : whyNotAppended(append))
                .recover(PgEventStore::refusal);
    }

    /**
     * An append that the shared statement did not store is tried alone, and so is each one of a statement that the
     * database refused: the content of one append fails the whole statement.
     */
    @Override
    public List<Future<AppendOutcome>> appendAll(List<Append> appends) {
        if (appends.size() == 1) return List.of(append(appends.getFirst()));
        Statement statement = PgAppend.ofSeveral(appends);
        Future<Set<String>> stored = pool.run(statement.sql(), statement.values())
                .map(PgEventStore::ids)
                .recover(cause -> isRefusal(cause) ? Future.succeededFuture(Set.of()) : Future.failedFuture(cause));
        return appends.stream()
                .map(append -> stored.compose(ids -> ids.contains(append.session())
                        ? Future.succeededFuture((AppendOutcome) new AppendOutcome.Stored())
                        : append(append)))
                .toList();
    }

    private static Set<String> ids(RowSet<Row> rows) {
        Set<String> ids = new HashSet<>();
        for (Row row : rows) ids.add(row.getString("id"));
        return ids;
    }

    private static boolean isRefusal(Throwable cause) {
        return cause instanceof PgException e
                && REFUSALS.contains(e.getSqlState().substring(0, 2));
    }

    private Future<RowSet<Row>> executed(Append append) {
        Statement statement = appends.of(append);
        return append.change(Cleared.class)
                .map(cleared -> appendAndClear(append.session(), statement, cleared.toSeq()))
                .orElseGet(() -> pool.run(statement.sql(), statement.values()));
    }

    /**
     * Erases all events up to {@code toSeq}, including those that the append itself added, in the transaction of the
     * append.
     */
    private Future<RowSet<Row>> appendAndClear(String session, Statement statement, long toSeq) {
        return pool.inTransaction(connection -> executed(connection, statement)
                .compose(rows -> rows.iterator().next().getLong("appended") == 1
                        ? PgErase.upTo(connection, session, toSeq)
                                .compose(done -> noteElsewhere(connection, session, toSeq))
                                .map(rows)
                        : Future.succeededFuture(rows)));
    }

    static Future<RowSet<Row>> executed(SqlConnection connection, Statement statement) {
        return connection.preparedQuery(statement.sql()).execute(statement.values());
    }

    /**
     * Why nothing was appended: the append was stored before and its answer was lost, or another owner writes the
     * session.
     */
    private Future<AppendOutcome> whyNotAppended(Append append) {
        return pool.run(OWNER, Tuple.of(append.session())).map(rows -> {
            if (rows.size() == 0) return new AppendOutcome.Lost();
            Row row = rows.iterator().next();
            boolean mine = row.getLong("owner") == append.owner() && row.getLong("version") == append.version() + 1;
            return mine ? new AppendOutcome.Stored() : new AppendOutcome.Lost();
        });
    }

    private static Future<AppendOutcome> refusal(Throwable cause) {
        if (isRefusal(cause) && cause instanceof PgException e) {
            // An existing row, run or claim was written by another writer than the one that sent this append.
            return Future.succeededFuture(
                    e.getSqlState().equals(UNIQUE_VIOLATION)
                            ? new AppendOutcome.Lost()
                            : new AppendOutcome.Refused(e.getSqlState() + " " + e.getErrorMessage()));
        }
        return Future.failedFuture(cause);
    }

    @Override
    public Future<Boolean> erase(String session, long owner, Long version) {
        return pool.inTransaction(
                ERASE_STATEMENTS + elsewhere.size(),
                connection -> PgErase.session(connection, session, owner, version)
                        .compose(erased -> erased
                                ? noteElsewhere(connection, session, Long.MAX_VALUE)
                                        .map(true)
                                : Future.succeededFuture(false)));
    }

    private Future<?> noteElsewhere(SqlConnection connection, String session, long upToSeq) {
        Future<?> done = Future.succeededFuture();
        for (PgErasures store : elsewhere) {
            done = done.compose(before -> store.note(connection, session, upToSeq));
        }
        return done;
    }
}
