package io.reprise.store;

import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.ErrorCode;
import io.reprise.message.Json;
import io.reprise.session.EventStore.Progress;
import io.reprise.session.EventStore.RunRow;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of {@code run} in both directions. */
final class PgRuns {
    static final String COLUMNS = "id, origin, first_seq, started_at, exact, outcome, code, recall_id, recall_slot,"
            + " attempt, coalesce(root_seq, first_seq) AS root_seq, resume_seq, resume";

    /** What an append does with them; {@code head} has the session if the append may write, {@code %s} are the arrays. */
    private static final String UPSERT = """
            INSERT INTO run (session_id, id, origin, first_seq, exact, started_at, outcome, code, ended_at,
                             recall_id, recall_slot, attempt, root_seq, resume_seq, resume)
            SELECT head.id, r.id, r.origin, r.first_seq, r.exact, r.started_at, r.outcome, r.code,
                   CASE WHEN r.outcome IS NOT NULL THEN now() END, r.recall_id, r.recall_slot,
                   r.attempt, r.root_seq, r.resume_seq, r.resume
            FROM head, unnest(%s) AS r (id, origin, first_seq, exact, started_at, outcome, code,
                                        recall_id, recall_slot, attempt, root_seq, resume_seq, resume)
            ON CONFLICT (session_id, id) DO UPDATE
            SET exact = excluded.exact, outcome = excluded.outcome, code = excluded.code,
                ended_at = excluded.ended_at, attempt = excluded.attempt, resume_seq = excluded.resume_seq,
                resume = excluded.resume""";

    private static final List<String> ARRAYS = List.of(
            "text",
            "text",
            "bigint",
            "boolean",
            "timestamptz",
            "text",
            "text",
            "text",
            "timestamptz",
            "int",
            "bigint",
            "bigint",
            "text");

    private PgRuns() {}

    /** The upsert with parameters from {@code first} on, in the order of {@link #addArrays}. */
    static String upsert(int first) {
        return UPSERT.formatted(PgRows.parameters(first, ARRAYS));
    }

    static int parameters() {
        return ARRAYS.size();
    }

    static void addArrays(Tuple values, List<RunRow> runs) {
        List<Progress> progress = runs.stream().map(RunRow::progress).toList();
        values.addArrayOfString(PgRows.texts(runs, RunRow::id))
                .addArrayOfString(PgRows.texts(runs, RunRow::origin))
                .addArrayOfLong(PgRows.longs(runs, RunRow::firstSeq))
                .addArrayOfBoolean(runs.stream().map(RunRow::exact).toArray(Boolean[]::new))
                .addArrayOfOffsetDateTime(PgRows.times(runs, RunRow::startedMs))
                .addArrayOfString(PgRows.texts(runs, RunRow::outcome))
                .addArrayOfString(PgRows.texts(
                        runs, run -> run.code() == null ? null : run.code().wire()))
                .addArrayOfString(PgRows.texts(runs, RunRow::recall))
                .addArrayOfOffsetDateTime(PgRows.times(runs, RunRow::slotMs))
                .addArrayOfInteger(PgRows.numbers(progress, Progress::attempt))
                .addArrayOfLong(PgRows.longs(progress, Progress::rootSeq))
                .addArrayOfLong(PgRows.longs(progress, Progress::resumeSeq))
                .addArrayOfString(PgRows.texts(progress, its -> its.resume() == null ? null : Json.text(its.resume())));
    }

    static List<RunRow> read(RowSet<Row> rows) {
        List<RunRow> runs = new ArrayList<>(rows.size());
        for (Row row : rows) runs.add(read(row));
        return runs;
    }

    private static RunRow read(Row row) {
        return new RunRow(
                row.getString("id"),
                row.getString("origin"),
                row.getLong("first_seq"),
                PgRows.toMs(row.getOffsetDateTime("started_at")),
                row.getBoolean("exact"),
                row.getString("outcome"),
                code(row),
                row.getString("recall_id"),
                PgRows.toMsOrNull(row.getOffsetDateTime("recall_slot")),
                progress(row));
    }

    /** Null when the run did not fail. */
    static ErrorCode code(Row row) {
        String code = row.getString("code");
        return code == null ? null : ErrorCode.valueOf(code.toUpperCase(Locale.ROOT));
    }

    private static Progress progress(Row row) {
        String resume = row.getString("resume");
        return new Progress(
                row.getInteger("attempt"),
                row.getLong("root_seq"),
                row.getLong("resume_seq"),
                resume == null ? null : Json.parse(resume, Resume.class));
    }
}
