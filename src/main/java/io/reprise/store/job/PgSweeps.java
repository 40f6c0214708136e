package io.reprise.store.job;

import io.reprise.job.Sweep;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.concurrent.TimeUnit;

/** Deletes old rows of tables, oldest first. Rows that somebody else has locked are left for the next run. */
public final class PgSweeps {
    private static final String CLAIMS = old("claim", "at");
    private static final String ERASED = old("erased_session", "at");
    private static final String AUDIT = old("audit", "at");
    private static final String JOB_RUNS = old("job_run", "started_at", "AND ended_at IS NOT NULL");
    private static final String HOOK_DELIVERIES = old("hook_delivery", "at");
    private static final String WEBHOOK_DELIVERIES = old("webhook_delivery", "created_at");
    private static final String PUSH_MESSAGES = old("push_message", "created_at");
    private static final String PUSH_SUBSCRIPTIONS = old("push_subscription", "ends_at");
    private static final String USES = old("model_use", "at");
    private static final String USAGE_DAYS = old("usage_day", "day");

    private static final int HOURS_PER_DAY = (int) TimeUnit.DAYS.toHours(1);

    private static final String CHECKPOINT_BYTES = "SELECT coalesce(sum(bytes), 0)::bigint AS bytes FROM checkpoint";

    private PgSweeps() {}

    private static String old(String table, String time) {
        return old(table, time, "");
    }

    /** Deletes rows of that time or an earlier one; {@code $1} is their age in hours, {@code $2} how many. */
    private static String old(String table, String time, String which) {
        return """
            DELETE FROM %1$s WHERE ctid IN (
                SELECT ctid FROM %1$s WHERE %2$s <= now() - $1 * interval '1 hour' %3$s
                ORDER BY %2$s LIMIT $2 FOR UPDATE SKIP LOCKED)""".formatted(table, time, which);
    }

    /** Size of all checkpoints, in bytes. Reads the whole table, without the checkpoints themselves. */
    public static Future<Long> checkpointBytes(PgPool pool) {
        return pool.run(CHECKPOINT_BYTES, Tuple.tuple())
                .map(rows -> rows.iterator().next().getLong("bytes"));
    }

    /** Claims of commands that are older than this: a repeat of such a command counts as a new one. */
    public static Sweep claims(PgPool pool, int hours, int batch) {
        return new Old(pool, batch, Math.ceilDiv(hours, HOURS_PER_DAY), CLAIMS, hours);
    }

    /** Hashes of erased sessions, which are kept as long as claims. */
    public static Sweep erasedSessions(PgPool pool, int hours, int batch) {
        return new Old(pool, batch, Math.ceilDiv(hours, HOURS_PER_DAY), ERASED, hours);
    }

    public static Sweep audit(PgPool pool, int days, int batch) {
        return new Old(pool, batch, days, AUDIT, days * HOURS_PER_DAY);
    }

    /** What came to hooks: a delivery of the same name counts as a new one afterwards. */
    public static Sweep hookDeliveries(PgPool pool, int days, int batch) {
        return new Old(pool, batch, days, HOOK_DELIVERIES, days * HOURS_PER_DAY);
    }

    /** Push messages that nobody has sent within that time, because push is off. */
    public static Sweep pushMessages(PgPool pool, int minutes, int batch) {
        int hours = Math.ceilDiv(minutes, (int) TimeUnit.HOURS.toMinutes(1));
        return new Old(pool, batch, Math.ceilDiv(hours, HOURS_PER_DAY), PUSH_MESSAGES, hours);
    }

    /** Browsers that receive push messages no more, because their sign-in has ended. */
    public static Sweep pushSubscriptions(PgPool pool, int batch) {
        return new Old(pool, batch, null, PUSH_SUBSCRIPTIONS, 0);
    }

    /** What webhooks were told, or were not told within that time. */
    public static Sweep webhookDeliveries(PgPool pool, int days, int batch) {
        return new Old(pool, batch, days, WEBHOOK_DELIVERIES, days * HOURS_PER_DAY);
    }

    /** Calls of models. */
    public static Sweep modelUses(PgPool pool, int days, int batch) {
        return new Old(pool, batch, days, USES, days * HOURS_PER_DAY);
    }

    /** Calls of models, together by day. */
    public static Sweep usageDays(PgPool pool, int days, int batch) {
        return new Old(pool, batch, days, USAGE_DAYS, days * HOURS_PER_DAY);
    }

    public static Sweep jobRuns(PgPool pool, int days, int batch) {
        return new Old(pool, batch, days, JOB_RUNS, days * HOURS_PER_DAY);
    }

    private record Old(PgPool pool, int batch, Integer retentionDays, String sql, int hours) implements Sweep {
        @Override
        public Future<Batch> next() {
            return pool.run(sql, Tuple.of(hours, batch)).map(rows -> Batch.ofDeleted(rows.rowCount(), batch));
        }
    }
}
