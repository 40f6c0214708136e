package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.integer;
import static io.reprise.store.postgres.ArrayInsert.Column.text;
import static io.reprise.store.postgres.ArrayInsert.Column.time;

import io.reprise.message.Json;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.Recall.Pause;
import io.reprise.message.recall.Recall.Status;
import io.reprise.message.recall.RecallCall;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import io.reprise.session.store.Change.RecallChanged;
import io.reprise.store.database.PgTimes;
import io.reprise.store.postgres.PgChange.OfTable;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads and writes rows of {@code recall}. */
final class PgRecalls {
    static final String COLUMNS =
            "id, session_id, user_id, text, schedule, context, target, parent, status, paused_for, slot_at, trigger_at, deferrals,"
                    + " failures, missed, run_id, created_at, cause, call";

    private static final ArrayInsert<Recall> UPSERT = new ArrayInsert<>(
            """
            INSERT INTO recall (id, session_id, user_id, text, schedule, context, target, parent, status, paused_for, slot_at, trigger_at,
                                deferrals, failures, missed, run_id, created_at, cause, call)
            SELECT c.id, head.id, c.user_id, c.text, c.schedule, c.context, c.target, c.parent, c.status, c.paused_for, c.slot_at, c.trigger_at,
                   c.deferrals, c.failures, c.missed, c.run_id, c.created_at, c.cause, c.call
            FROM head, unnest(%s) AS c (id, user_id, text, schedule, context, target, parent, status, paused_for, slot_at, trigger_at,
                                        deferrals, failures, missed, run_id, created_at, cause, call)
            ON CONFLICT (id) DO UPDATE
            SET text = excluded.text, schedule = excluded.schedule, context = excluded.context, target = excluded.target,
                status = excluded.status, paused_for = excluded.paused_for, slot_at = excluded.slot_at, trigger_at = excluded.trigger_at, deferrals = excluded.deferrals,
                failures = excluded.failures, missed = excluded.missed, run_id = excluded.run_id, updated_at = now()""",
            List.of(
                    text(Recall::id),
                    text(Recall::user),
                    text(Recall::text),
                    text(recall -> Json.text(recall.schedule())),
                    text(recall -> recall.context().wire()),
                    text(recall -> recall.target().wire()),
                    text(Recall::parent),
                    text(recall -> recall.status().wire()),
                    text(recall ->
                            recall.pause() == null ? null : recall.pause().wire()),
                    time(Recall::slotMs),
                    time(Recall::triggerAtMs),
                    integer(Recall::deferrals),
                    integer(Recall::failures),
                    integer(Recall::missed),
                    text(Recall::run),
                    time(Recall::createdMs),
                    text(recall -> PgRuns.cause(recall.cause())),
                    text(recall -> recall.call() == null ? null : Json.text(recall.call()))));

    static final OfTable<RecallChanged, Recall> WRITER =
            new OfTable<>(RecallChanged.class, RecallChanged::recall, UPSERT);

    private PgRecalls() {}

    static List<Recall> read(RowSet<Row> rows) {
        List<Recall> found = new ArrayList<>(rows.size());
        for (Row row : rows) found.add(read(row));
        return found;
    }

    private static Pause pause(String stored) {
        return stored == null ? null : Pause.valueOf(stored.toUpperCase(Locale.ROOT));
    }

    private static RecallCall call(String stored) {
        return stored == null ? null : Json.parse(stored, RecallCall.class);
    }

    static Recall read(Row row) {
        return new Recall(
                row.getString("id"),
                row.getString("session_id"),
                row.getString("user_id"),
                row.getString("text"),
                Json.parse(row.getString("schedule"), RecallSchedule.class),
                RecallContext.of(row.getString("context")).orElseThrow(),
                RecallTarget.of(row.getString("target")).orElseThrow(),
                row.getString("parent"),
                Status.valueOf(row.getString("status").toUpperCase(Locale.ROOT)),
                pause(row.getString("paused_for")),
                PgTimes.toMs(row.getOffsetDateTime("slot_at")),
                PgTimes.toMs(row.getOffsetDateTime("trigger_at")),
                row.getInteger("deferrals"),
                row.getInteger("failures"),
                row.getInteger("missed"),
                row.getString("run_id"),
                PgTimes.toMs(row.getOffsetDateTime("created_at")),
                PgRuns.cause(row),
                call(row.getString("call")));
    }
}
