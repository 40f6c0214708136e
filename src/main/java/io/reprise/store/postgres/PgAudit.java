package io.reprise.store.postgres;

import static io.reprise.store.postgres.ArrayInsert.Column.text;

import io.reprise.history.AuditDirectory;
import io.reprise.message.Json;
import io.reprise.session.store.Change.Audited;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.store.postgres.PgChange.OfTable;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The audit log in PostgreSQL. Appends write it, operators read it. */
public final class PgAudit implements AuditDirectory {
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

    private final PgPool pool;

    public PgAudit(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Page> list(Filter filter, long before, int limit) {
        Tuple values = Tuple.of(before, filter.user(), filter.action(), filter.session(), limit + 1);
        return pool.read(listed(filter), values).map(rows -> {
            List<Entry> found = new ArrayList<>(rows.size());
            for (Row row : rows) found.add(entry(row));
            return page(found, limit);
        });
    }

    /**
     * One statement for each choice of filters, in the order of the index for it. As ranges and not as equalities, so that
     * only this index has the order that is asked for: else the plan for any value may read the whole table for a rare one.
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
        String range = columns.isEmpty() ? "id < $1" : "(%1$s, id) < (%2$s, $1) AND (%1$s) >= (%2$s)".formatted(of, is);
        columns.add("id");
        return """
                SELECT id, at, user_id, action, session_id, target, detail FROM audit
                WHERE %s AND ($2::text IS NULL OR user_id = $2) AND ($3::text IS NULL OR action = $3)
                  AND ($4::text IS NULL OR session_id = $4)
                ORDER BY %s DESC LIMIT $5""".formatted(range, String.join(" DESC, ", columns));
    }

    private static Page page(List<Entry> found, int limit) {
        if (found.size() <= limit) return new Page(found, null);
        List<Entry> page = List.copyOf(found.subList(0, limit));
        return new Page(page, page.getLast().id());
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
