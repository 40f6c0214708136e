package io.reprise.store;

import io.reprise.message.CommandResult;
import io.reprise.message.Json;
import io.reprise.session.EventStore.Append;
import io.reprise.session.EventStore.Claim;
import io.reprise.session.EventStore.RunRow;
import io.reprise.session.EventStore.Said;
import io.reprise.session.EventStore.Titles;
import io.reprise.support.Texts;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Locale;

/** The statement that an append is, and its values. */
final class PgAppend {
    /** What running text needs, many times a second: the database has much less to do than for the other. */
    static final String ROWS_ONLY = """
            WITH head AS (
                UPDATE session SET head_seq = $4, version = version + 1
                WHERE id = $1 AND owner = $2 AND version = $3
                RETURNING id
            ), logged AS (
                INSERT INTO session_event (session_id, from_seq, seq, run_id, type, payload, ends, at)
                SELECT head.id, e.from_seq, e.seq, e.run_id, e.type, e.payload,
                       string_to_array(e.ends, ',')::int[], e.at
                FROM head, unnest($5::bigint[], $6::bigint[], $7::text[], $8::text[], $9::text[], $10::text[],
                                  $11::timestamptz[]) AS e (from_seq, seq, run_id, type, payload, ends, at)
            )
            SELECT count(*) AS appended FROM head""";

    private static final int RUNS = 33;
    private static final int RECALLS = RUNS + PgRuns.parameters();
    private static final int INTERRUPTS = RECALLS + PgRecalls.parameters();
    private static final int AUDITED = INTERRUPTS + PgInterrupts.parameters();

    static final String WHOLE = """
            WITH head AS (
                UPDATE session SET head_seq = $4, version = version + 1, queue = coalesce($5, queue),
                    epoch = coalesce($6, epoch),
                    preview = CASE WHEN $20::boolean THEN $7 ELSE coalesce(preview, $7) END,
                    updated_at = CASE WHEN $8::boolean THEN now() ELSE updated_at END,
                    title = CASE WHEN $21::boolean THEN $22 ELSE title END,
                    made_title = CASE WHEN $21 THEN $23 ELSE made_title END,
                    title_tries = CASE WHEN $21 THEN $24 ELSE title_tries END,
                    title_folded = CASE WHEN $21 THEN $25 ELSE title_folded END,
                    metadata = coalesce($26, metadata)
                WHERE id = $1 AND owner = $2 AND version = $3
                RETURNING id
            ), logged AS (
                INSERT INTO session_event (session_id, from_seq, seq, run_id, type, payload, ends, at)
                SELECT head.id, e.from_seq, e.seq, e.run_id, e.type, e.payload,
                       string_to_array(e.ends, ',')::int[], e.at
                FROM head, unnest($9::bigint[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[],
                                  $15::timestamptz[]) AS e (from_seq, seq, run_id, type, payload, ends, at)
            ), claimed AS (
                INSERT INTO claim (user_id, session_id, id, hash, result)
                SELECT c.user_id, head.id, c.id, c.hash, c.result
                FROM head, unnest($16::text[], $17::text[], $18::text[], $19::text[]) AS c (user_id, id, hash, result)
            ), unsaid AS (
                DELETE FROM message_text USING head
                WHERE $27::bigint IS NOT NULL AND message_text.session_id = head.id AND message_text.seq > $27
            ), said AS (
                INSERT INTO message_text (session_id, seq, end_seq, message_id, role, folded)
                SELECT head.id, t.seq, t.end_seq, t.message_id, t.role, t.folded
                FROM head, unnest($28::bigint[], $29::bigint[], $30::text[], $31::text[], $32::text[])
                    AS t (seq, end_seq, message_id, role, folded)
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
            PgRuns.upsert(RUNS), PgRecalls.upsert(RECALLS), PgInterrupts.upsert(INTERRUPTS), PgAudit.insert(AUDITED));

    private PgAppend() {}

    static Tuple rowsOnly(Append append) {
        Tuple values = Tuple.tuple()
                .addString(append.session())
                .addLong(append.owner())
                .addLong(append.version())
                .addLong(append.head());
        PgRows.addArrays(values, append.rows());
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
                .addBoolean(isActivity(append));
        PgRows.addArrays(values, append.rows());
        addClaims(values, append.claims());
        values.addBoolean(append.anew());
        addNames(values, append);
        addTexts(values, append);
        PgRuns.addArrays(values, append.runs());
        PgRecalls.addArrays(values, append.recalls());
        PgInterrupts.addArrays(values, append.interrupts());
        PgAudit.addArrays(values, append.audited());
        return values;
    }

    private static void addClaims(Tuple values, List<Claim> claims) {
        values.addArrayOfString(PgRows.texts(claims, Claim::user))
                .addArrayOfString(PgRows.texts(claims, Claim::id))
                .addArrayOfString(PgRows.texts(claims, Claim::hash))
                .addArrayOfString(PgRows.texts(claims, claim -> Json.text(claim.result())));
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

    private static void addTexts(Tuple values, Append append) {
        List<Said> said = append.said();
        values.addLong(append.unsaidAfter())
                .addArrayOfLong(PgRows.longs(said, Said::seq))
                .addArrayOfLong(PgRows.longs(said, Said::endSeq))
                .addArrayOfString(PgRows.texts(said, Said::message))
                .addArrayOfString(PgRows.texts(said, text -> text.role().name().toLowerCase(Locale.ROOT)))
                .addArrayOfString(PgRows.texts(said, Said::folded));
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
