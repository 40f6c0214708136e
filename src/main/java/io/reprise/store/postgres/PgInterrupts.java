package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.text;
import static io.reprise.store.postgres.ArrayInsert.Column.time;

import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.Json;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.session.store.Change.InterruptChanged;
import io.reprise.store.database.PgTimes;
import io.reprise.store.postgres.PgChange.OfTable;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Reads and writes rows of {@code interrupt}. */
final class PgInterrupts {
    static final String COLUMNS = "id, run_id, tool_call, tool, arguments, created_at, expires_at, decision,"
            + " resolved_arguments, resolved_text, resolved_by, resolved_at, inquiry, within";

    private static final ArrayInsert<Interrupt> UPSERT = new ArrayInsert<>(
            """
            INSERT INTO interrupt (session_id, id, run_id, place, tool_call, tool, arguments, created_at, expires_at,
                                   decision, resolved_arguments, resolved_text, resolved_by, resolved_at, inquiry, within)
            SELECT head.id, i.id, i.run_id, i.place, i.tool_call, i.tool, i.arguments, i.created_at, i.expires_at,
                   i.decision, i.resolved_arguments, i.resolved_text, i.resolved_by, i.resolved_at, i.inquiry, i.within
            FROM head, unnest(%s) WITH ORDINALITY
                AS i (id, run_id, tool_call, tool, arguments, created_at, expires_at,
                      decision, resolved_arguments, resolved_text, resolved_by, resolved_at, inquiry, within, place)
            ON CONFLICT (session_id, id) DO UPDATE
            SET decision = excluded.decision, resolved_arguments = excluded.resolved_arguments,
                resolved_text = excluded.resolved_text, resolved_by = excluded.resolved_by,
                resolved_at = excluded.resolved_at""",
            List.of(
                    text(Interrupt::id),
                    text(Interrupt::run),
                    text(Interrupt::toolCall),
                    text(Interrupt::tool),
                    text(Interrupt::arguments),
                    time(Interrupt::createdMs),
                    time(Interrupt::expiresMs),
                    text(resolved(its -> its.decision().wire())),
                    text(resolved(Resolution::arguments)),
                    text(resolved(Resolution::text)),
                    text(resolved(Resolution::by)),
                    time(resolved(Resolution::atMs)),
                    text(one -> one.inquiry() == null ? null : Json.text(one.inquiry())),
                    text(its -> its.within().isEmpty() ? null : Json.text(its.within()))));

    static final OfTable<InterruptChanged, Interrupt> WRITER =
            new OfTable<>(InterruptChanged.class, InterruptChanged::interrupt, UPSERT);

    private PgInterrupts() {}

    /** A field of the resolution; null for an open interrupt. */
    private static <V> Function<Interrupt, V> resolved(Function<Resolution, V> field) {
        return interrupt -> interrupt.isOpen() ? null : field.apply(interrupt.resolution());
    }

    static List<Interrupt> read(RowSet<Row> rows) {
        List<Interrupt> found = new ArrayList<>(rows.size());
        for (Row row : rows) found.add(read(row));
        return found;
    }

    private static Interrupt read(Row row) {
        return new Interrupt(
                row.getString("id"),
                row.getString("run_id"),
                row.getString("tool_call"),
                row.getString("tool"),
                row.getString("arguments"),
                PgTimes.toMs(row.getOffsetDateTime("created_at")),
                PgTimes.toMs(row.getOffsetDateTime("expires_at")),
                resolution(row),
                inquiry(row),
                within(row));
    }

    private static Inquiry inquiry(Row row) {
        String inquiry = row.getString("inquiry");
        return inquiry == null ? null : Json.parse(inquiry, Inquiry.class);
    }

    private static List<Interrupt.Within> within(Row row) {
        String within = row.getString("within");
        return within == null ? List.of() : Json.parseList(within, Interrupt.Within.class);
    }

    private static Resolution resolution(Row row) {
        String decision = row.getString("decision");
        if (decision == null) return null;
        return new Resolution(
                Decision.valueOf(decision.toUpperCase(Locale.ROOT)),
                row.getString("resolved_arguments"),
                row.getString("resolved_text"),
                row.getString("resolved_by"),
                PgTimes.toMs(row.getOffsetDateTime("resolved_at")));
    }
}
