package io.reprise.store.hook;

import io.reprise.push.PushDevice;
import io.reprise.push.PushEvent;
import io.reprise.push.PushStore;
import io.reprise.push.Pushes;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Browsers and their messages in PostgreSQL. Messages are recorded there by triggers, with what happens. */
public final class PgPushes implements PushStore {
    private static final int LIST_MAX = 1_000;
    private static final int ADD_STATEMENTS = 3;
    private static final String WHAT = "push";

    private static final String COLUMNS = "id, user_id, name, service, secret, titles, refusals, created_at, pushed_at";

    static final String KEEP_KEY = "INSERT INTO push_key (id, secret) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
    static final String KEY = "SELECT secret FROM push_key WHERE id = $1";
    static final String REPLACE_KEY = "UPDATE push_key SET secret = $2, created_at = now() WHERE id = $1";

    /** People who add the same browser at the same time do so one after the other. */
    static final String ONE_BROWSER = "SELECT pg_advisory_xact_lock(hashtextextended('browser ' || $1, 0))";

    /** A browser belongs to one person at a time. */
    static final String MAKE_ROOM = """
            DELETE FROM push_subscription
            WHERE (endpoint = $1 AND user_id <> $2) OR (user_id = $2 AND ends_at <= now())""";

    static final String ADD = """
            WITH added AS (
                INSERT INTO push_subscription
                    (id, user_id, endpoint, name, service, secret, titles, sign_in_id, cookie, ends_at)
                SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9,
                    least(now() + $10 * interval '1 ms', (SELECT ends_at FROM sign_in WHERE id = $8))
                WHERE (SELECT count(*) FROM push_subscription WHERE user_id = $2 AND id <> $1) < $11
                  AND ($8::text IS NULL OR EXISTS (SELECT 1 FROM sign_in WHERE id = $8))
                ON CONFLICT (id) DO UPDATE SET name = excluded.name, secret = excluded.secret, titles = excluded.titles,
                    sign_in_id = excluded.sign_in_id, cookie = excluded.cookie, ends_at = excluded.ends_at, refusals = 0
                RETURNING *, xmax = 0 AS is_new
            ), noted AS (
                INSERT INTO audit (user_id, action, target) SELECT user_id, 'device.added', id FROM added WHERE is_new
            )
            SELECT\s""" + COLUMNS + " FROM added";

    static final String OF_USER = "SELECT " + COLUMNS
            + " FROM push_subscription WHERE user_id = $1 AND ends_at > now() ORDER BY created_at, id LIMIT $2";

    static final String CHANGE = """
            WITH changed AS (
                UPDATE push_subscription SET name = coalesce($3, name), titles = coalesce($4, titles)
                WHERE id = $1 AND user_id = $2 RETURNING *
            ), noted AS (
                INSERT INTO audit (user_id, action, target, detail) SELECT user_id, 'device.changed', id, $5 FROM changed
            )
            SELECT\s""" + COLUMNS + " FROM changed";

    static final String REMOVE = """
            WITH removed AS (DELETE FROM push_subscription WHERE id = $1 AND user_id = $2 RETURNING id, user_id)
            INSERT INTO audit (user_id, action, target) SELECT user_id, 'device.removed', id FROM removed""";

    static final String SIGNED_OUT = """
            WITH removed AS (DELETE FROM push_subscription WHERE cookie = $1 RETURNING id, user_id)
            INSERT INTO audit (user_id, action, target) SELECT user_id, 'device.removed', id FROM removed""";

    static final String GONE = """
            WITH removed AS (DELETE FROM push_subscription WHERE id = $1 RETURNING id, user_id)
            INSERT INTO audit (user_id, action, target) SELECT user_id, 'device.gone', id FROM removed""";

    static final String TEST = """
            INSERT INTO push_message (id, subscription_id, kind, next_at)
            SELECT $3, id, 'test', now() FROM push_subscription WHERE id = $1 AND user_id = $2""";

    /**
     * Seen is what the person's tabs have told: the session was read up to the run, and nothing of the run is unread. A decision
     * that was made needs no notification either.
     */
    static final String TAKE = """
            WITH taken AS (
                UPDATE push_message SET leased_until = now() + $2 * interval '1 ms', attempts = attempts + 1
                WHERE id IN (
                    SELECT id FROM push_message
                    WHERE next_at <= now() AND (leased_until IS NULL OR leased_until <= now())
                      AND (attempts > 0 OR kind = 'test' OR next_at <= now() - $3 * interval '1 ms')
                    ORDER BY next_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
                RETURNING id AS message, subscription_id, session_id, run_id, seq, kind, outcome, attempts,
                    created_at AS happened_at
            )
            SELECT message, taken.run_id, kind, taken.outcome, taken.attempts, happened_at, session.id AS session, session.title, d.*,
                (extract(epoch FROM now() - happened_at) * 1000)::bigint AS age_ms, d.ends_at > now() AS is_current,
                coalesce(session.muted, false) AS muted,
                coalesce(session.read_seq > run.first_seq
                    AND NOT EXISTS (SELECT 1 FROM unnest(session.unread) AS u WHERE u BETWEEN run.first_seq AND taken.seq), false)
                OR (kind = 'interrupt.opened' AND NOT EXISTS (
                    SELECT 1 FROM interrupt
                    WHERE interrupt.session_id = taken.session_id AND interrupt.run_id = taken.run_id
                      AND decision IS NULL)) AS seen
            FROM taken JOIN push_subscription AS d ON d.id = taken.subscription_id
                LEFT JOIN session ON session.id = taken.session_id
                LEFT JOIN run ON run.session_id = taken.session_id AND run.id = taken.run_id
            ORDER BY happened_at, message""";

    static final String DELIVERED = """
            WITH done AS (DELETE FROM push_message WHERE id = $1 AND attempts = $2 RETURNING subscription_id)
            UPDATE push_subscription SET pushed_at = now(), refusals = 0 FROM done WHERE id = done.subscription_id""";

    static final String DROP = "DELETE FROM push_message WHERE id = $1 AND attempts = $2";

    static final String REFUSED = """
            WITH done AS (DELETE FROM push_message WHERE id = $1 AND attempts = $2 RETURNING subscription_id)
            UPDATE push_subscription SET refusals = refusals + 1 FROM done WHERE id = done.subscription_id
            RETURNING refusals""";

    static final String LATER = """
            WITH done AS (
                UPDATE push_message SET leased_until = NULL, next_at = now() + $3 * interval '1 ms'
                WHERE id = $1 AND attempts = $2 RETURNING subscription_id, next_at
            )
            UPDATE push_message AS m SET next_at = done.next_at
            FROM done
            WHERE m.subscription_id = done.subscription_id AND m.id <> $1 AND m.leased_until IS NULL
              AND m.next_at < done.next_at""";

    static final String GIVE_UP = """
            DELETE FROM push_message WHERE id IN (
                SELECT id FROM push_message WHERE subscription_id = $1 AND leased_until IS NULL
                ORDER BY created_at DESC, id DESC OFFSET $2)""";

    private final PgPool pool;

    public PgPushes(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<byte[]> key(byte[] fresh) {
        return pool.read(KEEP_KEY, Tuple.of(Pushes.KEY_ID, Buffer.buffer(fresh)))
                .compose(kept -> pool.read(KEY, Tuple.of(Pushes.KEY_ID)))
                .map(rows -> rows.iterator().next().getBuffer("secret").getBytes());
    }

    @Override
    public Future<Void> replaceKey(byte[] fresh) {
        return pool.read(REPLACE_KEY, Tuple.of(Pushes.KEY_ID, Buffer.buffer(fresh)))
                .mapEmpty();
    }

    @Override
    public Future<Optional<PushDevice>> add(NewDevice device, SignedIn signedIn, int perUserMax) {
        Tuple values = Tuple.tuple()
                .addString(device.id())
                .addString(device.user())
                .addString(device.endpoint())
                .addString(device.name())
                .addString(device.service())
                .addBuffer(Buffer.buffer(device.secret()))
                .addBoolean(device.titles())
                .addString(signedIn.stored())
                .addString(signedIn.cookie())
                .addLong(signedIn.lifeMs())
                .addInteger(perUserMax);
        Tuple room = Tuple.of(device.endpoint(), device.user());
        return pool.inTurn(
                        WHAT,
                        device.user(),
                        ADD_STATEMENTS,
                        connection -> connection
                                .preparedQuery(ONE_BROWSER)
                                .execute(Tuple.of(device.endpoint()))
                                .compose(mine ->
                                        connection.preparedQuery(MAKE_ROOM).execute(room))
                                .compose(made -> connection.preparedQuery(ADD).execute(values)))
                .recover(PgPool::away)
                .map(rows -> devices(rows).stream().findFirst());
    }

    @Override
    public Future<List<PushDevice>> list(String user) {
        return pool.read(OF_USER, Tuple.of(user, LIST_MAX)).map(PgPushes::devices);
    }

    @Override
    public Future<Optional<PushDevice>> change(String user, String device, String name, Boolean titles) {
        Tuple values = Tuple.tuple()
                .addString(device)
                .addString(user)
                .addString(name)
                .addBoolean(titles)
                .addString(new ChangeNote()
                        .named("name", name)
                        .shown("titles", titles)
                        .text());
        return pool.read(CHANGE, values).map(rows -> devices(rows).stream().findFirst());
    }

    @Override
    public Future<Boolean> remove(String user, String device) {
        return pool.read(REMOVE, Tuple.of(device, user)).map(rows -> rows.rowCount() > 0);
    }

    @Override
    public Future<Void> signedOut(String cookie) {
        return pool.read(SIGNED_OUT, Tuple.of(cookie)).mapEmpty();
    }

    @Override
    public Future<Boolean> test(String user, String device, String message) {
        return pool.read(TEST, Tuple.of(device, user, message)).map(rows -> rows.rowCount() > 0);
    }

    @Override
    public Future<List<Due>> take(int limit, int leaseMs, int delayMs) {
        return pool.read(TAKE, Tuple.of(limit, leaseMs, delayMs))
                .map(rows -> rows.stream().map(PgPushes::due).toList());
    }

    private static Due due(Row row) {
        return new Due(
                row.getString("message"),
                device(row),
                event(row),
                row.getInteger("attempts"),
                row.getLong("age_ms"),
                row.getBoolean("is_current"));
    }

    private static PushEvent event(Row row) {
        return new PushEvent(
                row.getString("kind"),
                row.getString("session"),
                row.getString("run_id"),
                row.getString("outcome"),
                row.getString("title"),
                row.getBoolean("muted"),
                row.getBoolean("seen"),
                PgTimes.toMs(row.getOffsetDateTime("happened_at")));
    }

    @Override
    public Future<Void> delivered(Due due) {
        return pool.read(DELIVERED, attempt(due)).mapEmpty();
    }

    @Override
    public Future<Void> dropped(Due due) {
        return pool.read(DROP, attempt(due)).mapEmpty();
    }

    @Override
    public Future<Integer> refused(Due due) {
        return pool.read(REFUSED, attempt(due))
                .map(rows -> rows.size() == 0 ? 0 : rows.iterator().next().getInteger("refusals"));
    }

    @Override
    public Future<Void> later(Due due, long pauseMs, int waitingMax) {
        return pool.read(LATER, attempt(due).addLong(pauseMs))
                .compose(done -> pool.read(GIVE_UP, Tuple.of(due.device().id(), waitingMax)))
                .mapEmpty();
    }

    @Override
    public Future<Void> gone(String device) {
        return pool.read(GONE, Tuple.of(device)).mapEmpty();
    }

    private static Tuple attempt(Due due) {
        return Tuple.tuple().addString(due.id()).addInteger(due.attempt());
    }

    private static List<PushDevice> devices(RowSet<Row> rows) {
        return rows.stream().map(PgPushes::device).toList();
    }

    private static PushDevice device(Row row) {
        return new PushDevice(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("name"),
                row.getString("service"),
                row.getBuffer("secret").getBytes(),
                row.getBoolean("titles"),
                row.getInteger("refusals"),
                PgTimes.toMs(row.getOffsetDateTime("created_at")),
                PgTimes.toMsOrNull(row.getOffsetDateTime("pushed_at")));
    }
}
