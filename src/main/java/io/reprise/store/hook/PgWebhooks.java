package io.reprise.store.hook;

import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.reprise.support.Page;
import io.reprise.webhook.Webhook;
import io.reprise.webhook.WebhookStore;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Webhooks in PostgreSQL. What they are told is recorded there by triggers, with what happens. */
public final class PgWebhooks implements WebhookStore {
    private static final int LIST_MAX = 1_000;
    private static final String WHAT = "webhook";

    private static final String COLUMNS =
            "id, user_id, name, url, events, secret, enabled, failures, failed_off, created_at";

    static final String ADD = """
            WITH added AS (
                INSERT INTO webhook (id, user_id, name, url, events, secret)
                SELECT $1, $2, $3, $4, $5, $6 WHERE (SELECT count(*) FROM webhook WHERE user_id = $2) < $7
                RETURNING id, user_id
            )
            INSERT INTO audit (user_id, action, target, detail) SELECT user_id, 'webhook.added', id, $8 FROM added""";

    static final String OF_USER =
            "SELECT " + COLUMNS + " FROM webhook WHERE user_id = $1 ORDER BY created_at, id LIMIT $2";
    static final String FIND = "SELECT " + COLUMNS + " FROM webhook WHERE id = $1 AND user_id = $2";

    static final String CHANGE = """
            WITH changed AS (
                UPDATE webhook SET name = coalesce($3, name), url = coalesce($4, url), events = coalesce($5, events),
                    enabled = coalesce($6, enabled), secret = coalesce($7, secret),
                    failures = CASE WHEN $6 THEN 0 ELSE failures END,
                    failed_off = CASE WHEN $6 THEN false ELSE failed_off END,
                    retry_at = CASE WHEN $6 THEN NULL ELSE retry_at END
                WHERE id = $1 AND user_id = $2 RETURNING *
            ), waiting AS (
                UPDATE webhook_delivery SET status = 'pending', next_at = now(), attempts = 0
                WHERE $6 AND status = 'parked' AND webhook_id = (SELECT id FROM changed)
            ), noted AS (
                INSERT INTO audit (user_id, action, target, detail) SELECT user_id, 'webhook.changed', id, $8 FROM changed
            )
            SELECT\s""" + COLUMNS + " FROM changed";

    static final String REMOVE = """
            WITH removed AS (DELETE FROM webhook WHERE id = $1 AND user_id = $2 RETURNING id, user_id)
            INSERT INTO audit (user_id, action, target) SELECT user_id, 'webhook.removed', id FROM removed""";

    static final String PING = """
            INSERT INTO webhook_delivery (id, webhook_id, event, data, next_at)
            SELECT $3, id, 'ping', '{}', now() FROM webhook WHERE id = $1 AND user_id = $2""";

    static final String TOLD = """
            SELECT id, event, session_id, status, attempts, created_at, next_at, attempted_at, http_status, error, duration_ms
            FROM webhook_delivery
            WHERE webhook_id = $1
              AND (created_at, id) < (
                CASE WHEN $2::text IS NULL THEN 'infinity'
                     ELSE (SELECT CASE WHEN webhook_id = $1 THEN created_at END FROM webhook_delivery WHERE id = $2) END,
                coalesce($2, ''))
            ORDER BY created_at DESC, id DESC LIMIT $3""";

    static final String TAKE = """
            WITH taken AS (
                UPDATE webhook_delivery SET leased_until = now() + $2 * interval '1 ms', attempts = attempts + 1,
                    attempted_at = now()
                WHERE id IN (
                    SELECT id FROM webhook_delivery
                    WHERE status = 'pending' AND next_at <= now() AND (leased_until IS NULL OR leased_until <= now())
                    ORDER BY next_at, id LIMIT $1 FOR UPDATE SKIP LOCKED)
                RETURNING id AS delivery, webhook_id, event, attempts, data, created_at AS happened_at
            )
            SELECT delivery, event, attempts, data, happened_at, w.*
            FROM taken JOIN webhook AS w ON w.id = taken.webhook_id ORDER BY happened_at, delivery""";

    static final String DELIVERED = """
            UPDATE webhook_delivery SET status = 'delivered', http_status = $3, duration_ms = $4, error = NULL,
                leased_until = NULL
            WHERE id = $1 AND attempts = $2 AND status = 'pending'""";

    /** Nothing is released, and no row is written, unless there were failures. */
    static final String RECOVERED = """
            WITH recovered AS (
                UPDATE webhook SET failures = 0, retry_at = NULL WHERE id = $1 AND failures > 0 RETURNING id
            )
            UPDATE webhook_delivery SET next_at = now()
            WHERE webhook_id = (SELECT id FROM recovered) AND status = 'pending' AND next_at > now()""";

    /**
     * One attempt shows whether it arrives again: the other deliveries wait for its result. Of several failures at once, only
     * one has switched the webhook off.
     */
    static final String FAILED = """
            WITH done AS (
                UPDATE webhook_delivery SET status = CASE WHEN attempts >= $7 OR event = 'ping' THEN 'failed' ELSE 'pending' END,
                    http_status = $3, error = $4, duration_ms = $5, leased_until = NULL,
                    next_at = now() + $6 * (0.75 + random() / 2) * interval '1 ms'
                WHERE id = $1 AND attempts = $2 AND status = 'pending'
                RETURNING webhook_id, event, next_at
            ), before AS (
                SELECT id, enabled FROM webhook WHERE id IN (SELECT webhook_id FROM done WHERE event <> 'ping') FOR UPDATE
            ), counted AS (
                UPDATE webhook SET failures = failures + 1, enabled = webhook.enabled AND failures + 1 < $8,
                    failed_off = failed_off OR (webhook.enabled AND failures + 1 >= $8),
                    retry_at = done.next_at + $9 * interval '1 ms'
                FROM done JOIN before ON before.id = done.webhook_id WHERE webhook.id = before.id
                RETURNING webhook.id, webhook.user_id, webhook.retry_at, before.enabled AND NOT webhook.enabled AS is_off
            ), waiting AS (
                UPDATE webhook_delivery AS d SET next_at = counted.retry_at
                FROM counted
                WHERE d.webhook_id = counted.id AND d.status = 'pending' AND d.id <> $1 AND d.leased_until IS NULL
                  AND d.next_at < counted.retry_at
            ), noted AS (
                INSERT INTO audit (user_id, action, target) SELECT user_id, 'webhook.off', id FROM counted WHERE is_off
            )
            SELECT is_off FROM counted""";

    static final String GIVE_UP = """
            UPDATE webhook_delivery SET status = 'failed', error = 'Too many deliveries were waiting.'
            WHERE webhook_id = $1 AND status = 'pending' AND id IN (
                SELECT id FROM webhook_delivery WHERE webhook_id = $1 AND status = 'pending'
                ORDER BY created_at DESC, id DESC OFFSET $2)""";

    static final String PARK = """
            UPDATE webhook_delivery SET status = 'parked', leased_until = NULL
            WHERE webhook_id = $1 AND status = 'pending' AND event <> 'ping'
              AND EXISTS (SELECT 1 FROM webhook WHERE id = $1 AND NOT enabled)""";

    private final PgPool pool;

    public PgWebhooks(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Boolean> add(NewWebhook webhook, int perUserMax) {
        Tuple values = Tuple.tuple()
                .addString(webhook.id())
                .addString(webhook.user())
                .addString(webhook.name())
                .addString(webhook.url())
                .addArrayOfString(webhook.events().toArray(String[]::new))
                .addBuffer(Buffer.buffer(webhook.secret()))
                .addInteger(perUserMax)
                .addString(new ChangeNote().with("host", host(webhook.url())).text());
        return pool.inTurn(
                        WHAT,
                        webhook.user(),
                        1,
                        connection -> connection.preparedQuery(ADD).execute(values))
                .recover(PgPool::away)
                .map(rows -> rows.rowCount() > 0);
    }

    @Override
    public Future<List<Webhook>> list(String user) {
        return pool.read(OF_USER, Tuple.of(user, LIST_MAX)).map(PgWebhooks::webhooks);
    }

    @Override
    public Future<Optional<Webhook>> find(String user, String webhook) {
        return pool.read(FIND, Tuple.of(webhook, user))
                .map(rows -> webhooks(rows).stream().findFirst());
    }

    @Override
    public Future<Optional<Webhook>> change(String user, String webhook, Change change) {
        Tuple values = Tuple.tuple()
                .addString(webhook)
                .addString(user)
                .addString(change.name())
                .addString(change.url())
                .addArrayOfString(
                        change.events() == null ? null : change.events().toArray(String[]::new))
                .addBoolean(change.enabled())
                .addBuffer(change.secret() == null ? null : Buffer.buffer(change.secret()))
                .addString(new ChangeNote()
                        .named("name", change.name())
                        .named("url", change.url())
                        .with("host", host(change.url()))
                        .named("events", change.events())
                        .shown("enabled", change.enabled())
                        .named("secret", change.secret())
                        .text());
        return pool.read(CHANGE, values).map(rows -> webhooks(rows).stream().findFirst());
    }

    @Override
    public Future<Boolean> remove(String user, String webhook) {
        return pool.read(REMOVE, Tuple.of(webhook, user)).map(rows -> rows.rowCount() > 0);
    }

    @Override
    public Future<Boolean> ping(String user, String webhook, String delivery) {
        return pool.read(PING, Tuple.of(webhook, user, delivery)).map(rows -> rows.rowCount() > 0);
    }

    @Override
    public Future<Page<Told>> told(String webhook, String cursor, int limit) {
        return pool.read(TOLD, Tuple.of(webhook, cursor, limit + 1))
                .map(rows -> Page.of(rows.stream().map(PgWebhooks::told).toList(), limit, Told::id));
    }

    private static Told told(Row row) {
        String status = row.getString("status");
        return new Told(
                row.getString("id"),
                row.getString("event"),
                row.getString("session_id"),
                status,
                row.getInteger("attempts"),
                PgTimes.toMs(row.getOffsetDateTime("created_at")),
                status.equals("pending") ? PgTimes.toMsOrNull(row.getOffsetDateTime("next_at")) : null,
                PgTimes.toMsOrNull(row.getOffsetDateTime("attempted_at")),
                row.getInteger("http_status"),
                row.getString("error"),
                row.getInteger("duration_ms"));
    }

    @Override
    public Future<List<Due>> take(int limit, int leaseMs) {
        return pool.read(TAKE, Tuple.of(limit, leaseMs))
                .map(rows -> rows.stream().map(PgWebhooks::due).toList());
    }

    private static Due due(Row row) {
        return new Due(
                row.getString("delivery"),
                webhook(row),
                row.getString("event"),
                row.getInteger("attempts"),
                row.getString("data"),
                PgTimes.toMs(row.getOffsetDateTime("happened_at")));
    }

    @Override
    public Future<Void> delivered(Due due, int httpStatus, long durationMs) {
        return pool.read(DELIVERED, Tuple.of(due.id(), due.attempt(), httpStatus, (int) durationMs))
                .compose(done -> done.rowCount() > 0 && !due.event().equals("ping")
                        ? pool.read(RECOVERED, Tuple.of(due.webhook().id()))
                        : Future.succeededFuture())
                .mapEmpty();
    }

    @Override
    public Future<Boolean> failed(Due due, Failed failed) {
        Tuple values = Tuple.tuple()
                .addString(due.id())
                .addInteger(due.attempt())
                .addInteger(failed.httpStatus())
                .addString(failed.error())
                .addInteger((int) failed.durationMs())
                .addLong(failed.pauseMs())
                .addInteger(failed.attemptsMax())
                .addInteger(failed.failuresMax())
                .addLong(failed.probeMs());
        return pool.read(FAILED, values).compose(rows -> {
            boolean off = rows.size() > 0 && rows.iterator().next().getBoolean("is_off");
            return pool.read(GIVE_UP, Tuple.of(due.webhook().id(), failed.waitingMax()))
                    .map(off);
        });
    }

    @Override
    public Future<Void> park(String webhook) {
        return pool.read(PARK, Tuple.of(webhook)).mapEmpty();
    }

    /** Of an address, whose path may be a secret. */
    private static String host(String url) {
        return url == null ? null : URI.create(url).getHost();
    }

    private static List<Webhook> webhooks(RowSet<Row> rows) {
        return rows.stream().map(PgWebhooks::webhook).toList();
    }

    private static Webhook webhook(Row row) {
        return new Webhook(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("name"),
                row.getString("url"),
                List.of(row.getArrayOfStrings("events")),
                row.getBuffer("secret").getBytes(),
                row.getBoolean("enabled"),
                row.getInteger("failures"),
                row.getBoolean("failed_off"),
                PgTimes.toMs(row.getOffsetDateTime("created_at")));
    }
}
