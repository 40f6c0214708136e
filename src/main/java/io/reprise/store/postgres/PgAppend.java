package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.bigint;
import static io.reprise.store.postgres.ArrayInsert.Column.text;

import io.reprise.message.CommandResult;
import io.reprise.message.Json;
import io.reprise.message.log.LogRow;
import io.reprise.session.store.EventStore.Append;
import io.reprise.session.store.EventStore.Claim;
import io.reprise.session.store.EventStore.RunRow;
import io.reprise.session.store.EventStore.Said;
import io.reprise.session.store.EventStore.Titles;
import io.reprise.support.Texts;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** The statement that an append is, and its values. */
public final class PgAppend {
    private static final ArrayInsert<Claim> CLAIMS = new ArrayInsert<>(
            """
            INSERT INTO claim (user_id, session_id, id, hash, result)
            SELECT c.user_id, head.id, c.id, c.hash, c.result
            FROM head, unnest(%s) AS c (user_id, id, hash, result)""",
            List.of(text(Claim::user), text(Claim::id), text(Claim::hash), text(claim -> Json.text(claim.result()))));

    private static final ArrayInsert<Said> SAID = new ArrayInsert<>(
            """
            INSERT INTO message_text (session_id, seq, end_seq, message_id, role, folded)
            SELECT head.id, t.seq, t.end_seq, t.message_id, t.role, t.folded
            FROM head, unnest(%s) AS t (seq, end_seq, message_id, role, folded)""",
            List.of(
                    bigint(Said::seq),
                    bigint(Said::endSeq),
                    text(Said::message),
                    text(said -> said.role().name().toLowerCase(Locale.ROOT)),
                    text(Said::folded)));

    /** What running text needs, many times a second: the database has much less to do than for the other. */
    static final String ROWS_ONLY = """
            WITH head AS (
                UPDATE session SET head_seq = $4, version = version + 1
                WHERE id = $1 AND owner = $2 AND version = $3
                RETURNING id
            ), logged AS (
                %s
            )
            SELECT count(*) AS appended FROM head""".formatted(PgRows.INSERT.from(5));

    private static final String OF_SESSION = "WITH head AS (SELECT $1::text AS id) ";
    private static final String MORE_ROWS = OF_SESSION + PgRows.INSERT.from(2);
    private static final String MORE_TEXTS = OF_SESSION + SAID.from(2);

    /** The parameters in front of the arrays. */
    private static final int SINGLES = 16;

    static final String WHOLE = whole();

    private static String whole() {
        int rows = SINGLES + 1;
        int claims = rows + PgRows.INSERT.columns().size();
        int said = claims + CLAIMS.columns().size();
        int runs = said + SAID.columns().size();
        int recalls = runs + PgRuns.UPSERT.columns().size();
        int interrupts = recalls + PgRecalls.UPSERT.columns().size();
        int audited = interrupts + PgInterrupts.UPSERT.columns().size();
        return """
            WITH head AS (
                UPDATE session SET head_seq = $4, version = version + 1, queue = coalesce($5, queue),
                    epoch = coalesce($6, epoch),
                    preview = CASE WHEN $9::boolean THEN $7 ELSE coalesce(preview, $7) END,
                    updated_at = CASE WHEN $8::boolean THEN now() ELSE updated_at END,
                    title = CASE WHEN $10::boolean THEN $11 ELSE title END,
                    made_title = CASE WHEN $10 THEN $12 ELSE made_title END,
                    title_tries = CASE WHEN $10 THEN $13 ELSE title_tries END,
                    title_folded = CASE WHEN $10 THEN $14 ELSE title_folded END,
                    metadata = coalesce($15, metadata)
                WHERE id = $1 AND owner = $2 AND version = $3
                RETURNING id
            ), unsaid AS (
                DELETE FROM message_text USING head
                WHERE $16::bigint IS NOT NULL AND message_text.session_id = head.id AND message_text.seq > $16
            ), logged AS (
                %s
            ), claimed AS (
                %s
            ), said AS (
                %s
            ), ran AS (
                %s
            ), recalled AS (
                %s
            ), interrupted AS (
                %s
            ), audited AS (
                %s
            )
            SELECT count(*) AS appended FROM head""".formatted(
                        PgRows.INSERT.from(rows),
                        CLAIMS.from(claims),
                        SAID.from(said),
                        PgRuns.UPSERT.from(runs),
                        PgRecalls.UPSERT.from(recalls),
                        PgInterrupts.UPSERT.from(interrupts),
                        PgAudit.INSERT.from(audited));
    }

    private PgAppend() {}

    static Tuple rowsOnly(Append append) {
        Tuple values = Tuple.tuple()
                .addString(append.session())
                .addLong(append.owner())
                .addLong(append.version())
                .addLong(append.head());
        PgRows.INSERT.addTo(values, append.rows());
        return values;
    }

    /**
     * A statement with a part of a long append, for the transaction of the append itself.
     *
     * @param values made when it is its turn, as they are large
     */
    record Piece(String sql, Supplier<Tuple> values) {}

    static Piece moreRows(String session, List<LogRow> rows) {
        return new Piece(MORE_ROWS, () -> values(session, PgRows.INSERT, rows));
    }

    static Piece moreTexts(String session, List<Said> said) {
        return new Piece(MORE_TEXTS, () -> values(session, SAID, said));
    }

    private static <T> Tuple values(String session, ArrayInsert<T> insert, List<T> rows) {
        Tuple values = Tuple.tuple().addString(session);
        insert.addTo(values, rows);
        return values;
    }

    static Tuple values(Append append) {
        Tuple values = Tuple.tuple()
                .addString(append.session())
                .addLong(append.owner())
                .addLong(append.version())
                .addLong(append.head())
                .addString(append.queue() == null ? null : Json.text(append.queue()))
                .addString(append.epoch())
                .addString(append.preview())
                .addBoolean(isActivity(append))
                .addBoolean(append.anew());
        addNames(values, append);
        values.addLong(append.unsaidAfter());
        PgRows.INSERT.addTo(values, append.rows());
        CLAIMS.addTo(values, append.claims());
        SAID.addTo(values, append.said());
        PgRuns.UPSERT.addTo(values, append.runs());
        PgRecalls.UPSERT.addTo(values, append.recalls());
        PgInterrupts.UPSERT.addTo(values, append.interrupts());
        PgAudit.INSERT.addTo(values, append.audited());
        return values;
    }

    private static void addNames(Tuple values, Append append) {
        Titles titles = append.titles();
        values.addBoolean(titles != null)
                .addString(titles == null ? null : titles.given())
                .addString(titles == null ? null : titles.made())
                .addInteger(titles == null ? null : titles.tries())
                .addString(titles == null ? null : folded(titles.shown()))
                .addString(append.metadata() == null ? null : Json.text(append.metadata()));
    }

    static String folded(String title) {
        return title == null ? null : Texts.folded(title);
    }

    /** Whether the session moves to the front of the list. */
    private static boolean isActivity(Append append) {
        return append.runs().stream().anyMatch(run -> isActivity(run, append))
                || append.claims().stream().anyMatch(PgAppend::isActivity);
    }

    /** A run that begins or ends; that it keeps a checkpoint is no news. */
    private static boolean isActivity(RunRow run, Append append) {
        return run.outcome() != null
                || (!append.rows().isEmpty()
                        && run.firstSeq() >= append.rows().getFirst().from());
    }

    /** A new name is no news: the session keeps its place. */
    private static boolean isActivity(Claim claim) {
        return !(claim.result() instanceof CommandResult.Updated);
    }
}
