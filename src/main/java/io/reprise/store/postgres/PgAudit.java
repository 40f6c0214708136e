package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.text;

import io.reprise.history.AuditDirectory;
import io.reprise.history.AuditRecorder;
import io.reprise.message.Json;
import io.reprise.session.store.Change.Audited;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.store.postgres.PgChange.OfTable;
import io.reprise.support.Page;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The audit log in PostgreSQL. Appends write it, and what changes other tables or the server; operators read it. */
public final class PgAudit implements AuditDirectory, AuditRecorder {
    static final OfTable<Audited, Audited> WRITER = new OfTable<>(
            Audited.class,
            Function.identity(),
            new ArrayInsert<>(
                    """
            INSERT INTO audit (user_id, action, session_id, target, detail)
            SELECT a.user_id, a.action, head.id, a.target, a.detail
            FROM head, unnest(%s) WITH ORDINALITY AS a (user_id, action, target, detail, place) ORDER BY a.place""",
                    List.of(
                            text(Audited::user),
                            text(Audited::action),
                            text(Audited::target),
                            text(its -> Json.text(its.detail())))));

    static final String RECORD = "INSERT INTO audit (user_id, action, target, detail) VALUES ($1, $2, $3, $4)";

    /** Entries are numbered when they are written and carry the time of the begin of their transaction: almost in order. */
    private static final int OUT_OF_ORDER_MAX = 10_000;

    private final PgPool pool;

    public PgAudit(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Void> record(String user, String action, String target, Map<String, Object> detail) {
        return pool.run(RECORD, Tuple.of(user, action, target, Json.text(detail)))
                .recover(PgPool::away)
                .mapEmpty();
    }

    @Override
    public Future<Page<Entry>> list(Filter filter, long before, int limit) {
        Tuple values = Tuple.of(before, filter.user(), filter.action(), filter.session(), limit + 1);
        if (filter.fromMs() != null) values.addOffsetDateTime(PgTimes.toTime(filter.fromMs()));
        if (filter.toMs() != null) values.addOffsetDateTime(PgTimes.toTime(filter.toMs()));
        return pool.read(listed(filter), values).map(rows -> {
            List<Entry> found = new ArrayList<>(rows.size());
            for (Row row : rows) found.add(entry(row));
            return Page.of(found, limit, last -> Long.toString(last.id()));
        });
    }

    /**
     * One statement for each choice of filters, in the order of the index for it. As ranges and not as equalities, so that
     * only this index has the order that is asked for: else the plan for any value may read the whole table for a rare one.
     * Times are looked up as numbers of entries first, so that nothing outside of them is read.
     */
    static String listed(Filter filter) {
        List<String> columns = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        if (filter.session() != null) {
            columns.add("session_id");
            wanted.add("$4");
        } else {
            if (filter.user() != null) {
                columns.add("user_id");
                wanted.add("$2");
            }
            if (filter.action() != null) {
                columns.add("action");
                wanted.add("$3");
            }
        }
        String of = String.join(", ", columns);
        String is = String.join(", ", wanted);
        columns.add("id");
        String range = "id < $1";
        if (!wanted.isEmpty()) range = "(%1$s, id) < (%2$s, $1) AND (%1$s) >= (%2$s)".formatted(of, is);
        // Only if they are given: what is known of the values of a condition decides about the plan.
        if (filter.fromMs() != null) range += since(of, is, "$6");
        if (filter.toMs() != null) range += before(of, is, filter.fromMs() == null ? "$6" : "$7");
        return """
                SELECT id, at, user_id, action, session_id, target, detail FROM audit
                WHERE %s AND ($2::text IS NULL OR user_id = $2) AND ($3::text IS NULL OR action = $3)
                  AND ($4::text IS NULL OR session_id = $4)
                ORDER BY %s DESC LIMIT $5""".formatted(range, String.join(" DESC, ", columns));
    }

    private static String since(String of, String is, String time) {
        return " AND at >= %3$s AND (%1$sid) >= (%2$scoalesce(%4$s - %5$d, $1))"
                .formatted(andMore(of), andMore(is), time, firstAt(time), OUT_OF_ORDER_MAX);
    }

    private static String before(String of, String is, String time) {
        return " AND at < %3$s AND (%1$sid) < (%2$sleast($1, %4$s + %5$d))"
                .formatted(andMore(of), andMore(is), time, firstAt(time), OUT_OF_ORDER_MAX);
    }

    private static String andMore(String columns) {
        return columns.isEmpty() ? "" : columns + ", ";
    }

    /** The number of the first entry at this time or later, or null. */
    private static String firstAt(String time) {
        return "(SELECT id FROM audit WHERE at >= %s ORDER BY at LIMIT 1)".formatted(time);
    }

    @SuppressWarnings("unchecked")
    private static Entry entry(Row row) {
        return new Entry(
                row.getLong("id"),
                PgTimes.toMs(row.getOffsetDateTime("at")),
                row.getString("user_id"),
                row.getString("action"),
                row.getString("session_id"),
                row.getString("target"),
                (Map<String, Object>) Json.parse(row.getString("detail"), Map.class));
    }
}
