package io.reprise.store.hook;

import io.reprise.hook.Hook;
import io.reprise.hook.HookStore;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.support.Page;
import io.reprise.support.PageCursor;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** Hooks in PostgreSQL. */
public final class PgHooks implements HookStore {
    /** How often a delivery is looked for that another request is recording at the same moment. */
    private static final int TRIES_MAX = 5;

    private static final String COLUMNS =
            "id, user_id, session_id, name, template, secret, enabled, created_at, used_at";

    private static final String WHAT = "hook";

    /** The lock of the session waits for its deletion. */
    static final String ADD = """
            WITH owner AS (
                SELECT id, user_id FROM session WHERE id = $3 AND user_id = $2 FOR UPDATE
            ), added AS (
                INSERT INTO hook (id, user_id, session_id, name, template, secret)
                SELECT $1, user_id, id, $4, $5, $6 FROM owner
                WHERE (SELECT count(*) FROM hook WHERE user_id = $2) < $7
                RETURNING id, user_id, session_id
            ), noted AS (
                INSERT INTO audit (user_id, action, session_id, target)
                SELECT user_id, 'hook.added', session_id, id FROM added
            )
            SELECT EXISTS (SELECT 1 FROM owner) AS known, EXISTS (SELECT 1 FROM added) AS added""";

    static final String OF_USER =
            "SELECT " + COLUMNS + " FROM hook WHERE user_id = $1 ORDER BY created_at, id LIMIT $2";
    static final String OF_SESSION =
            "SELECT " + COLUMNS + " FROM hook WHERE session_id = $3 AND user_id = $1 ORDER BY created_at, id LIMIT $2";
    static final String FIND = "SELECT " + COLUMNS + " FROM hook WHERE id = $1";

    static final String CHANGE = """
            WITH changed AS (
                UPDATE hook SET name = coalesce($3, name), template = coalesce($4, template),
                    enabled = coalesce($5, enabled), secret = coalesce($6, secret)
                WHERE id = $1 AND user_id = $2 RETURNING *
            ), noted AS (
                INSERT INTO audit (user_id, action, session_id, target, detail)
                SELECT user_id, 'hook.changed', session_id, id, $7 FROM changed
            )
            SELECT\s""" + COLUMNS + " FROM changed";

    static final String REMOVE = """
            WITH removed AS (DELETE FROM hook WHERE id = $1 AND user_id = $2 RETURNING id, user_id, session_id)
            INSERT INTO audit (user_id, action, session_id, target)
            SELECT user_id, 'hook.removed', session_id, id FROM removed""";

    static final String RECEIVE = """
            WITH added AS (
                INSERT INTO hook_delivery (hook_id, id, signature, text)
                SELECT id, $2, $3, $4 FROM hook WHERE id = $1
                ON CONFLICT DO NOTHING RETURNING id, text, recall
            )
            SELECT id, text, recall, 0 AS place FROM added
            UNION ALL
            SELECT id, text, recall, 1 FROM hook_delivery WHERE hook_id = $1 AND id = $2
            UNION ALL
            SELECT id, text, recall, 2 FROM hook_delivery WHERE hook_id = $1 AND signature = $3
            ORDER BY place LIMIT 1""";

    static final String ACCEPTED = """
            WITH used AS (UPDATE hook SET used_at = now() WHERE id = $1)
            UPDATE hook_delivery SET recall = $3, text = NULL WHERE hook_id = $1 AND id = $2""";

    static final String RECEIVED = """
            SELECT id, recall, at FROM hook_delivery
            WHERE hook_id = $1
              AND (at, id) < (coalesce($2::timestamptz, 'infinity'), coalesce($3::text, ''))
            ORDER BY at DESC, id DESC LIMIT $4""";

    private static final int LIST_MAX = 1_000;

    private final PgPool pool;

    public PgHooks(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Added> add(NewHook hook, int perUserMax) {
        Tuple values = Tuple.tuple()
                .addString(hook.id())
                .addString(hook.user())
                .addString(hook.session())
                .addString(hook.name())
                .addString(hook.template())
                .addBuffer(Buffer.buffer(hook.secret()))
                .addInteger(perUserMax);
        return pool.inTurn(
                        WHAT,
                        hook.user(),
                        1,
                        connection -> connection.preparedQuery(ADD).execute(values))
                .recover(PgPool::away)
                .map(rows -> {
                    Row row = rows.iterator().next();
                    if (!row.getBoolean("known")) return Added.NO_SESSION;
                    return row.getBoolean("added") ? Added.ADDED : Added.TOO_MANY;
                });
    }

    @Override
    public Future<List<Hook>> list(String user, String session) {
        Future<RowSet<Row>> rows = session == null
                ? pool.read(OF_USER, Tuple.of(user, LIST_MAX))
                : pool.read(OF_SESSION, Tuple.of(user, LIST_MAX, session));
        return rows.map(PgHooks::hooks);
    }

    @Override
    public Future<Optional<Hook>> find(String hook) {
        return pool.read(FIND, Tuple.of(hook)).map(rows -> hooks(rows).stream().findFirst());
    }

    @Override
    public Future<Optional<Hook>> change(String user, String hook, Change change) {
        Tuple values = Tuple.tuple()
                .addString(hook)
                .addString(user)
                .addString(change.name())
                .addString(change.template())
                .addBoolean(change.enabled())
                .addBuffer(change.secret() == null ? null : Buffer.buffer(change.secret()))
                .addString(new ChangeNote()
                        .named("name", change.name())
                        .named("template", change.template())
                        .shown("enabled", change.enabled())
                        .named("secret", change.secret())
                        .text());
        return pool.read(CHANGE, values).map(rows -> hooks(rows).stream().findFirst());
    }

    @Override
    public Future<Boolean> remove(String user, String hook) {
        return pool.read(REMOVE, Tuple.of(hook, user)).map(rows -> rows.rowCount() > 0);
    }

    @Override
    public Future<Delivery> receive(String hook, String delivery, String signature, String text) {
        return receive(Tuple.of(hook, delivery, signature, text), TRIES_MAX);
    }

    /** Two that come at the same moment: the later one waits for the earlier one, and sees it only with another statement. */
    private Future<Delivery> receive(Tuple values, int tries) {
        return pool.read(RECEIVE, values).compose(rows -> {
            for (Row row : rows) {
                return Future.succeededFuture(
                        new Delivery(row.getString("id"), row.getString("text"), row.getString("recall")));
            }
            return tries > 1
                    ? receive(values, tries - 1)
                    : PgPool.away(new IllegalStateException("the hook of a delivery is gone"));
        });
    }

    @Override
    public Future<Void> accepted(String hook, String delivery, String recall) {
        return pool.read(ACCEPTED, Tuple.of(hook, delivery, recall)).mapEmpty();
    }

    @Override
    public Future<Page<Received>> received(String hook, String cursor, int limit) {
        return PageCursor.parse(cursor, 2)
                .map(place -> Tuple.of(hook, time(place.getFirst()), place.getLast(), limit + 1))
                .compose(values -> pool.read(RECEIVED, values))
                .map(rows -> {
                    Page<Row> page = Page.of(rows.stream().toList(), limit, PgHooks::cursor);
                    return new Page<>(
                            page.rows().stream().map(PgHooks::received).toList(), page.cursor());
                });
    }

    /** With the time as exactly as the database keeps it: several may come in a millisecond. */
    private static String cursor(Row last) {
        return PageCursor.of(PgTimes.toMicros(last.getOffsetDateTime("at")), last.getString("id"));
    }

    private static OffsetDateTime time(String value) {
        return PgTimes.ofMicrosOrNull(PageCursor.timeMicros(value));
    }

    private static Received received(Row row) {
        return new Received(row.getString("id"), row.getString("recall"), PgTimes.toMs(row.getOffsetDateTime("at")));
    }

    private static List<Hook> hooks(RowSet<Row> rows) {
        return rows.stream().map(PgHooks::hook).toList();
    }

    private static Hook hook(Row row) {
        return new Hook(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("session_id"),
                row.getString("name"),
                row.getString("template"),
                row.getBuffer("secret").getBytes(),
                row.getBoolean("enabled"),
                PgTimes.toMs(row.getOffsetDateTime("created_at")),
                PgTimes.toMsOrNull(row.getOffsetDateTime("used_at")));
    }
}
