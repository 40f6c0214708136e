package io.reprise.store.postgres;

import io.reprise.message.CommandResult;
import io.reprise.message.Json;
import io.reprise.message.log.LogRow;
import io.reprise.message.opening.Sources;
import io.reprise.message.recall.RecalledFrom;
import io.reprise.session.store.Append;
import io.reprise.session.store.Change;
import io.reprise.session.store.Change.Said;
import io.reprise.session.store.Claim;
import io.reprise.session.store.CreateOutcome;
import io.reprise.session.store.NewSession;
import io.reprise.store.database.PgPool;
import io.reprise.store.job.PgErase;
import io.reprise.store.postgres.PgAppend.Piece;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Creates sessions, empty or with the log of a fork, each once for its command. */
final class PgNewSessions {
    static final String INSERT = """
            WITH made AS (
                INSERT INTO session (id, user_id, agent, title, metadata, epoch, owner, title_folded, forked_from,
                                     recalled_session, recalled_seq, recalled_context)
                SELECT $1, $2, $3, $4, $5, $6, $7, $11, $13, $14, $15, $16
                WHERE NOT EXISTS (SELECT 1 FROM erased_session WHERE hash = $12)
                ON CONFLICT (id) DO NOTHING RETURNING id
            ), claimed AS (
                INSERT INTO claim (user_id, session_id, id, hash, result)
                SELECT $2, '', $8, $9, $10 FROM made WHERE $8::text IS NOT NULL
            )
            SELECT count(*) AS made FROM made""";

    static final String EPOCH = "SELECT epoch FROM session WHERE id = $1";

    private final PgPool pool;
    private final PgAppend appends;

    PgNewSessions(PgPool pool, PgAppend appends) {
        this.pool = pool;
        this.appends = appends;
    }

    Future<CreateOutcome> create(NewSession session) {
        Claim claim = session.claim();
        if (claim == null) return insert(session);
        return PgClaims.find(pool, claim.user(), claim.session(), claim.id())
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(new CreateOutcome.Claimed(found.get()))
                        : insert(session));
    }

    private Future<CreateOutcome> insert(NewSession session) {
        Future<Boolean> made = session.beginning() == null
                ? pool.run(INSERT, inserted(session)).map(PgNewSessions::isMade)
                : inPieces(session);
        return made.compose(done -> done ? Future.succeededFuture(new CreateOutcome.Made()) : madeBefore(session));
    }

    /**
     * Stores a session that starts with a long log in several statements, so that no single statement occupies an event
     * loop for long.
     */
    private Future<Boolean> inPieces(NewSession session) {
        Append beginning = session.beginning();
        List<Piece> pieces = new ArrayList<>();
        Pieces.of(beginning.rows(), LogRow::size).forEach(rows -> pieces.add(PgAppend.moreRows(session.id(), rows)));
        Pieces.of(beginning.changes(Said.class), said -> said.folded().length())
                .forEach(said -> pieces.add(PgAppend.moreTexts(session.id(), said)));
        Append rest = withoutRowsAndTexts(beginning);
        return pool.inTransaction(
                2 + pieces.size(),
                connection -> connection
                        .preparedQuery(INSERT)
                        .execute(inserted(session))
                        .compose(rows -> isMade(rows)
                                ? begin(connection, rest, pieces).map(true)
                                : Future.succeededFuture(false)));
    }

    private static Append withoutRowsAndTexts(Append append) {
        List<Change> others = append.changes().stream()
                .filter(change -> !(change instanceof Said))
                .toList();
        return new Append(append.session(), append.owner(), append.version(), append.head(), List.of(), others);
    }

    private Future<Void> begin(SqlConnection connection, Append beginning, List<Piece> pieces) {
        return PgEventStore.executed(connection, appends.of(beginning))
                .map(PgNewSessions::begun)
                .compose(begun -> add(connection, pieces, 0));
    }

    private static Future<Void> add(SqlConnection connection, List<Piece> pieces, int next) {
        if (next == pieces.size()) return Future.succeededFuture();
        Piece piece = pieces.get(next);
        return connection
                .preparedQuery(piece.sql())
                .execute(piece.values().get())
                .compose(done -> add(connection, pieces, next + 1));
    }

    private static boolean begun(RowSet<Row> rows) {
        if (rows.iterator().next().getLong("appended") == 1) return true;
        throw new IllegalStateException("a session that was just made takes its first append");
    }

    private static boolean isMade(RowSet<Row> rows) {
        return rows.iterator().next().getLong("made") == 1;
    }

    private static Tuple inserted(NewSession session) {
        Claim claim = session.claim();
        RecalledFrom from = session.recalledFrom();
        return Tuple.tuple()
                .addString(session.id())
                .addString(session.user())
                .addString(session.agent())
                .addString(session.title())
                .addString(Json.text(session.metadata() == null ? Map.of() : session.metadata()))
                .addString(session.epoch())
                .addLong(session.owner())
                .addString(claim == null ? null : claim.id())
                .addString(claim == null ? null : claim.hash())
                .addString(claim == null ? null : Json.text(claim.result()))
                .addString(PgSessionColumns.folded(session.title()))
                .addString(PgErase.hash(session.id()))
                .addString(Sources.of(session.metadata()))
                .addString(from == null ? null : from.session())
                .addLong(from == null ? null : from.seq())
                .addString(from == null ? null : from.context().wire());
    }

    /**
     * Returns the session that a concurrent create with the same id made. Only a separate statement sees what that
     * create committed.
     */
    private Future<CreateOutcome> madeBefore(NewSession session) {
        Claim claim = session.claim();
        if (claim == null) return Future.succeededFuture(new CreateOutcome.Erased());
        return PgClaims.find(pool, claim.user(), claim.session(), claim.id())
                .compose(found -> found.isPresent()
                        ? Future.succeededFuture(new CreateOutcome.Claimed(found.get()))
                        : madeLongAgo(session));
    }

    /** The session still exists, so the repeat counts as the same command although its claim expired; or it was erased. */
    private Future<CreateOutcome> madeLongAgo(NewSession session) {
        Claim claim = session.claim();
        return pool.run(EPOCH, Tuple.of(session.id())).map(rows -> {
            if (rows.size() == 0) return new CreateOutcome.Erased();
            String epoch = rows.iterator().next().getString("epoch");
            CommandResult result = new CommandResult.Created(session.id(), epoch);
            return new CreateOutcome.Claimed(new Claim(claim.user(), "", claim.id(), claim.hash(), result));
        });
    }
}
