package io.reprise.store.job;

import io.reprise.config.ExpirySettings;
import io.reprise.job.Sweep;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;

/**
 * Asks the owners of sessions that have been idle for too long to erase them, those that were idle first. Whoever reads or
 * keeps a session is known to its owner only, so the owner decides.
 */
public final class PgExpirySweep implements Sweep {
    /** The name of the job. */
    public static final String JOB = "session-expiry";

    private static final String LONG_AGO = """
            FROM session WHERE user_id %s 'anonymous:%%'
              AND greatest(updated_at, used_at) <= now() - $1 * interval '1 minute'""";

    /**
     * Looks at a few sessions, whatever their state. Those that are in use by what is stored count as used now: without that,
     * each run would look at them before it comes to others. A LIMIT instead of EXISTS, which may be answered by reading the
     * whole other table.
     */
    private static final String FIND =
            "WITH found AS (SELECT id, shard, queue, greatest(updated_at, used_at) AS since " + LONG_AGO + """

              AND (greatest(updated_at, used_at), id) > (coalesce($2::timestamptz, '-infinity'), coalesce($3, ''))
            ORDER BY greatest(updated_at, used_at), id LIMIT $4
            ), looked_at AS (
                SELECT found.*, queue <> '[]'
                    OR (SELECT true FROM run WHERE run.shard = found.shard AND run.session_id = found.id
                        AND outcome IS NULL LIMIT 1) IS NOT NULL
                    OR (SELECT true FROM interrupt WHERE interrupt.session_id = found.id
                        AND decision IS NULL LIMIT 1) IS NOT NULL
                    OR (SELECT true FROM recall WHERE recall.session_id = found.id
                        AND status IN ('pending', 'running', 'paused') LIMIT 1) IS NOT NULL AS used
                FROM found
            ), noted AS (
                UPDATE session SET used_at = now() FROM looked_at WHERE session.id = looked_at.id AND used
            )
            SELECT looked_at.id, since, used, shard.shard, shard.number
            FROM looked_at JOIN shard ON shard.shard = looked_at.shard ORDER BY since, id""";

    private static final String ANY = "SELECT (SELECT true " + LONG_AGO
            + " ORDER BY greatest(updated_at, used_at), id LIMIT 1) IS NOT NULL AS idle";

    static final String ANY_ANONYMOUS = ANY.formatted("LIKE");
    static final String ANY_OF_USERS = ANY.formatted("NOT LIKE");
    static final String ANONYMOUS = FIND.formatted("LIKE");
    static final String OF_USERS = FIND.formatted("NOT LIKE");

    /**
     * Sessions that expired since the run before this one began, which asked for most of them. The time of an entry is that of the
     * beginning of its transaction, so the newest are left for the next run: otherwise one that is stored meanwhile would
     * be counted by none.
     */
    static final String EXPIRED = """
            SELECT count(*) AS expired FROM audit
            WHERE action = 'session.expired' AND at > coalesce(
                (SELECT started_at FROM job_run WHERE job = $1 AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1),
                now() - interval '1 day') - interval '5 seconds'
              AND at <= coalesce(
                (SELECT started_at FROM job_run WHERE job = $1 AND ended_at IS NULL ORDER BY id DESC LIMIT 1),
                now()) - interval '5 seconds'""";

    private final PgPool pool;
    private final Owners owners;
    private final String sql;
    private final int minutes;
    private final int batch;
    private OffsetDateTime lastSince;
    private String last;

    private PgExpirySweep(PgPool pool, Owners owners, String sql, int minutes, int batch) {
        this.pool = pool;
        this.owners = owners;
        this.sql = sql;
        this.minutes = minutes;
        this.batch = batch;
    }

    /** Asks the owner of a session to erase it if it is still idle. */
    @FunctionalInterface
    public interface Owners {
        void expire(int shard, long owner, String session);
    }

    /** Whether any session was not used for too long. */
    public static Future<Boolean> isAnyIdle(PgPool pool, ExpirySettings limits) {
        Future<Boolean> anonymous = any(pool, ANY_ANONYMOUS, limits.ttlMinutes());
        return limits.userTtlMinutes() == 0
                ? anonymous
                : anonymous.compose(found ->
                        found ? Future.succeededFuture(true) : any(pool, ANY_OF_USERS, limits.userTtlMinutes()));
    }

    private static Future<Boolean> any(PgPool pool, String sql, int minutes) {
        return pool.run(sql, Tuple.of(minutes))
                .map(rows -> rows.iterator().next().getBoolean("idle"));
    }

    /** @param batch sessions at a time */
    public static Sweep of(PgPool pool, Owners owners, ExpirySettings limits, int batch) {
        Sweep anonymous = new PgExpirySweep(pool, owners, ANONYMOUS, limits.ttlMinutes(), batch);
        Sweep asking = limits.userTtlMinutes() == 0
                ? anonymous
                : Sweep.oneAfterTheOther(
                        anonymous, new PgExpirySweep(pool, owners, OF_USERS, limits.userTtlMinutes(), batch));
        return Sweep.oneAfterTheOther(() -> expired(pool), asking);
    }

    private static Future<Batch> expired(PgPool pool) {
        return pool.run(EXPIRED, Tuple.of(JOB))
                .map(rows -> new Batch(0, rows.iterator().next().getLong("expired"), false));
    }

    @Override
    public Future<Batch> next() {
        return pool.run(sql, Tuple.of(minutes, lastSince, last, batch)).map(this::asked);
    }

    private Batch asked(RowSet<Row> found) {
        for (Row session : found) {
            lastSince = session.getOffsetDateTime("since");
            last = session.getString("id");
            if (session.getBoolean("used")) continue;
            owners.expire(session.getInteger("shard"), session.getLong("number"), last);
        }
        return new Batch(found.size(), 0, found.size() >= batch);
    }
}
