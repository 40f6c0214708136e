package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.bigint;
import static io.reprise.store.postgres.ArrayInsert.Column.bool;
import static io.reprise.store.postgres.ArrayInsert.Column.integer;
import static io.reprise.store.postgres.ArrayInsert.Column.text;
import static io.reprise.store.postgres.ArrayInsert.Column.time;

import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.Cause;
import io.reprise.message.ClientTool;
import io.reprise.message.ErrorCode;
import io.reprise.message.Json;
import io.reprise.session.store.Change.RunChanged;
import io.reprise.session.store.Pauses;
import io.reprise.session.store.Progress;
import io.reprise.session.store.RunRow;
import io.reprise.store.database.PgTimes;
import io.reprise.store.postgres.PgChange.OfTable;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads and writes rows of {@code run}. */
final class PgRuns {
    static final String COLUMNS = "id, origin, first_seq, started_at, exact, outcome, code, recall_id, recall_slot,"
            + " attempt, coalesce(root_seq, first_seq) AS root_seq, resume_seq, resume, pauses, paused_at, down_ms, cause,"
            + " client_tools";

    private static final ArrayInsert<RunRow> UPSERT = new ArrayInsert<>(
            """
            INSERT INTO run (session_id, id, origin, first_seq, exact, started_at, outcome, code, ended_at,
                             recall_id, recall_slot, attempt, root_seq, resume_seq, resume,
                             pauses, paused_at, down_ms, cause, client_tools)
            SELECT head.id, r.id, r.origin, r.first_seq, r.exact, r.started_at, r.outcome, r.code,
                   CASE WHEN r.outcome IS NOT NULL THEN now() END, r.recall_id, r.recall_slot,
                   r.attempt, r.root_seq, r.resume_seq, r.resume, r.pauses, r.paused_at, r.down_ms, r.cause, r.client_tools
            FROM head, unnest(%s) AS r (id, origin, first_seq, exact, started_at, outcome, code,
                                        recall_id, recall_slot, attempt, root_seq, resume_seq, resume,
                                        pauses, paused_at, down_ms, cause, client_tools)
            ON CONFLICT (session_id, id) DO UPDATE
            SET exact = excluded.exact, outcome = excluded.outcome, code = excluded.code,
                ended_at = excluded.ended_at, attempt = excluded.attempt, resume_seq = excluded.resume_seq,
                resume = excluded.resume, pauses = excluded.pauses, paused_at = excluded.paused_at,
                down_ms = excluded.down_ms""",
            List.of(
                    text(RunRow::id),
                    text(RunRow::origin),
                    bigint(RunRow::firstSeq),
                    bool(RunRow::exact),
                    time(RunRow::startedMs),
                    text(RunRow::outcome),
                    text(run -> run.code() == null ? null : run.code().wire()),
                    text(RunRow::recall),
                    time(RunRow::slotMs),
                    integer(run -> run.progress().attempt()),
                    bigint(run -> run.progress().rootSeq()),
                    bigint(run -> run.progress().resumeSeq()),
                    text(run -> run.progress().resume() == null
                            ? null
                            : Json.text(run.progress().resume())),
                    integer(run -> run.pauses().count()),
                    time(run -> run.pauses().sinceMs()),
                    bigint(run -> run.pauses().downMs()),
                    text(run -> cause(run.cause())),
                    text(run -> run.tools().isEmpty() ? null : Json.text(run.tools()))));

    static final OfTable<RunChanged, RunRow> WRITER = new OfTable<>(RunChanged.class, RunChanged::run, UPSERT);

    private PgRuns() {}

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
                PgTimes.toMs(row.getOffsetDateTime("started_at")),
                row.getBoolean("exact"),
                row.getString("outcome"),
                code(row),
                row.getString("recall_id"),
                PgTimes.toMsOrNull(row.getOffsetDateTime("recall_slot")),
                progress(row),
                new Pauses(
                        row.getInteger("pauses"),
                        PgTimes.toMsOrNull(row.getOffsetDateTime("paused_at")),
                        row.getLong("down_ms")),
                cause(row),
                tools(row));
    }

    private static List<ClientTool> tools(Row row) {
        String tools = row.getString("client_tools");
        return tools == null ? List.of() : Json.parseList(tools, ClientTool.class);
    }

    static String cause(Cause cause) {
        return cause.known() ? Json.text(cause) : null;
    }

    static Cause cause(Row row) {
        String cause = row.getString("cause");
        return cause == null ? Cause.UNKNOWN : Json.parse(cause, Cause.class);
    }

    /** The error code of a failed run; null if the run did not fail. */
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
