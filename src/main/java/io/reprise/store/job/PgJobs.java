package io.reprise.store.job;

import io.reprise.job.Job.Order;
import io.reprise.job.JobRun;
import io.reprise.job.JobSchedule;
import io.reprise.job.JobStore;
import io.reprise.lease.Lease;
import io.reprise.message.Json;
import io.reprise.store.database.PgPool;
import io.reprise.store.database.PgTimes;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Jobs and their runs in PostgreSQL. Whoever writes a run names its lease, so that a run has one writer. */
public final class PgJobs implements JobStore {
    private static final String RUN = "id, job, node, cause, asked_by, part, started_at, ended_at, outcome, processed,"
            + " deleted, retention_days, error, stop_by";

    private static final String LEFT = "The server that ran it has ended.";

    private final PgPool pool;
    private final PgPool readPool;

    public PgJobs(PgPool pool, PgPool readPool) {
        this.pool = pool;
        this.readPool = readPool;
    }

    @Override
    public Future<Void> register(String job, long firstInMs) {
        return pool.run("""
                        INSERT INTO job (name, next_at)
                        VALUES ($1, date_trunc('milliseconds', now()) + $2 * interval '1 ms')
                        ON CONFLICT DO NOTHING""", Tuple.of(job, firstInMs)).mapEmpty();
    }

    @Override
    public Future<Look> due(List<String> names) {
        return pool.run("""
                        SELECT *, now() AS now, request IS NOT NULL OR next_at <= now() AS due FROM job
                        WHERE name = ANY ($1) AND (request IS NOT NULL OR NOT paused)
                        ORDER BY request IS NULL, next_at, name""", Tuple.tuple().addArrayOfString(names.toArray(String[]::new)))
                .map(rows -> {
                    List<Due> due = new ArrayList<>(rows.size());
                    long nextInMs = -1;
                    for (Row row : rows) {
                        Due one = due(row);
                        if (row.getBoolean("due")) due.add(one);
                        else if (nextInMs < 0) nextInMs = Math.max(0, one.slotMs() - one.nowMs());
                    }
                    return new Look(due, nextInMs);
                });
    }

    @Override
    public Future<Void> skip(Due due, long nextMs) {
        return pool.run(
                        "UPDATE job SET next_at = $3 WHERE name = $1 AND next_at = $2",
                        Tuple.of(due.job(), PgTimes.toTime(due.slotMs()), PgTimes.toTime(nextMs)))
                .mapEmpty();
    }

    private static Due due(Row row) {
        return new Due(
                row.getString("name"),
                schedule(row),
                PgTimes.toMs(row.getOffsetDateTime("next_at")),
                PgTimes.toMs(row.getOffsetDateTime("now")),
                row.getLong("request"),
                row.getString("request_by"),
                order(row));
    }

    /** A row that names both, which no request does, is about the session: the narrower one, and no other job waits. */
    private static Order order(Row row) {
        String session = row.getString("request_session");
        String user = session == null ? row.getString("request_user") : null;
        return new Order(session, user, row.getInteger("request_days"));
    }

    private static JobSchedule schedule(Row row) {
        String json = row.getString("schedule");
        return json == null ? null : Json.parse(json, JobSchedule.class);
    }

    @Override
    public Future<Optional<Long>> begin(Lease lease, Due due, String node) {
        return pool.inTransaction(
                3,
                connection -> holds(connection, lease)
                        .compose(held -> held
                                ? inserted(connection, lease, due, node)
                                : Future.succeededFuture(Optional.empty())));
    }

    /** Locks the lease, so that nobody takes it over before the transaction ends. */
    private static Future<Boolean> holds(SqlConnection connection, Lease lease) {
        return connection
                .preparedQuery("""
                        SELECT 1 FROM lease WHERE name = $1 AND number = $2 AND until > clock_timestamp() FOR UPDATE""")
                .execute(Tuple.of(lease.name(), lease.number()))
                .map(rows -> rows.size() == 1);
    }

    private static Future<Optional<Long>> inserted(SqlConnection connection, Lease lease, Due due, String node) {
        return connection
                .preparedQuery("""
                        UPDATE job_run SET ended_at = now(), outcome = 'interrupted', error = $2
                        WHERE job = $1 AND ended_at IS NULL""")
                .execute(Tuple.of(due.job(), LEFT))
                .compose(left -> connection
                        .preparedQuery("""
                                INSERT INTO job_run (job, lease, node, cause, asked_by, part, started_at)
                                VALUES ($1, $2, $3, $4, $5, $6, now()) RETURNING id""")
                        .execute(Tuple.of(
                                due.job(),
                                lease.number(),
                                node,
                                due.request() == null ? "schedule" : "request",
                                due.by(),
                                due.order().part())))
                .map(rows -> Optional.of(rows.iterator().next().getLong("id")));
    }

    @Override
    public Future<Progress> progress(long run, Lease lease, Result soFar) {
        return pool.run("""
                        UPDATE job_run SET processed = $3, deleted = $4, retention_days = $5
                        WHERE id = $1 AND lease = $2 AND ended_at IS NULL RETURNING stop_by""", Tuple.of(run, lease.number(), soFar.processed(), soFar.deleted(), soFar.retentionDays()))
                .map(rows -> rows.size() == 0
                        ? new Progress(false, false)
                        : new Progress(true, rows.iterator().next().getString("stop_by") != null));
    }

    @Override
    public Future<Void> end(long run, Lease lease, Due due, Result result, Long nextMs) {
        return pool.inTransaction(
                2,
                connection -> connection
                        .preparedQuery("""
                        UPDATE job_run SET ended_at = now(), outcome = $3, processed = $4, deleted = $5,
                            retention_days = $6, error = $7
                        WHERE id = $1 AND lease = $2 AND ended_at IS NULL""")
                        .execute(Tuple.tuple()
                                .addLong(run)
                                .addLong(lease.number())
                                .addString(result.outcome().wire())
                                .addLong(result.processed())
                                .addLong(result.deleted())
                                .addInteger(result.retentionDays())
                                .addString(result.error()))
                        .compose(ended -> ended.rowCount() == 0 || nextMs == null
                                ? Future.succeededFuture()
                                : moveOn(connection, due, nextMs)));
    }

    /** A schedule that was changed and a request that was made meanwhile stay. */
    private static Future<Void> moveOn(SqlConnection connection, Due due, long nextMs) {
        return connection
                .preparedQuery("""
                        UPDATE job SET next_at = CASE WHEN next_at = $2 THEN $3 ELSE next_at END,
                            request = CASE WHEN request = $4 THEN NULL ELSE request END,
                            request_by = CASE WHEN request = $4 THEN NULL ELSE request_by END,
                            request_session = CASE WHEN request = $4 THEN NULL ELSE request_session END,
                            request_user = CASE WHEN request = $4 THEN NULL ELSE request_user END,
                            request_days = CASE WHEN request = $4 THEN NULL ELSE request_days END
                        WHERE name = $1""")
                .execute(Tuple.of(due.job(), PgTimes.toTime(due.slotMs()), PgTimes.toTime(nextMs), due.request()))
                .mapEmpty();
    }

    @Override
    public Future<List<Stored>> list(List<String> names) {
        String[] wanted = names.toArray(String[]::new);
        return readPool.read(
                        "SELECT * FROM job WHERE name = ANY ($1)", Tuple.tuple().addArrayOfString(wanted))
                .compose(jobs -> readPool.read("""
                                SELECT run.* FROM unnest($1::text[]) AS wanted (name), LATERAL (
                                    (SELECT * FROM job_run WHERE job = wanted.name AND ended_at IS NULL LIMIT 1)
                                    UNION ALL
                                    (SELECT * FROM job_run WHERE job = wanted.name AND ended_at IS NOT NULL
                                     ORDER BY id DESC LIMIT 1)
                                ) AS run""", Tuple.tuple().addArrayOfString(wanted))
                        .map(runs -> stored(jobs, runs)));
    }

    private static List<Stored> stored(RowSet<Row> jobs, RowSet<Row> runs) {
        Map<String, JobRun> active = new HashMap<>();
        Map<String, JobRun> last = new HashMap<>();
        for (Row row : runs) {
            JobRun run = run(row);
            (run.isActive() ? active : last).put(run.job(), run);
        }
        List<Stored> found = new ArrayList<>(jobs.size());
        for (Row row : jobs) {
            String name = row.getString("name");
            found.add(new Stored(
                    name,
                    schedule(row),
                    row.getBoolean("paused"),
                    PgTimes.toMs(row.getOffsetDateTime("next_at")),
                    row.getLong("request") != null,
                    active.get(name),
                    last.get(name)));
        }
        return found;
    }

    @Override
    public Future<Boolean> ask(String job, Order order, String user) {
        return pool.run(
                        """
                        WITH asked AS (
                            UPDATE job SET request = nextval('lease_number'), request_by = $2, request_session = $3,
                                request_user = $4, request_days = $5
                            WHERE name = $1 AND request IS NULL
                              AND NOT EXISTS (SELECT 1 FROM job_run JOIN lease ON lease.number = job_run.lease
                                              WHERE job = $1 AND ended_at IS NULL AND until > now())
                            RETURNING name
                        )
                        INSERT INTO audit (user_id, action, target, detail)
                        SELECT $2, 'job.run', name, $6 FROM asked""",
                        Tuple.of(
                                job,
                                user,
                                order.session(),
                                order.user(),
                                order.retentionDays(),
                                Json.text(Map.of("part", order.part()))))
                .recover(PgPool::away)
                .map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Future<Void> change(String job, Change change, String user) {
        Map<String, Object> detail = new HashMap<>();
        if (change.paused() != null) detail.put("paused", change.paused());
        if (change.schedule() != null) detail.put("schedule", change.schedule());
        if (change.usual()) detail.put("schedule", "usual");
        return pool.run(
                        """
                        WITH changed AS (
                            UPDATE job SET paused = coalesce($3, paused),
                                schedule = CASE WHEN $4 THEN NULL ELSE coalesce($5, schedule) END,
                                next_at = coalesce($6, next_at)
                            WHERE name = $1 RETURNING name
                        )
                        INSERT INTO audit (user_id, action, target, detail)
                        SELECT $2, 'job.change', name, $7 FROM changed""",
                        Tuple.tuple()
                                .addString(job)
                                .addString(user)
                                .addBoolean(change.paused())
                                .addBoolean(change.usual())
                                .addString(change.schedule() == null ? null : Json.text(change.schedule()))
                                .addOffsetDateTime(PgTimes.toTimeOrNull(change.nextMs()))
                                .addString(Json.text(detail)))
                .recover(PgPool::away)
                .mapEmpty();
    }

    @Override
    public Future<Boolean> stop(String job, String user) {
        return pool.run("""
                        WITH stopped AS (
                            UPDATE job_run SET stop_by = $2 WHERE job = $1 AND ended_at IS NULL RETURNING 1
                        ), withdrawn AS (
                            UPDATE job SET request = NULL, request_by = NULL, request_session = NULL,
                                request_user = NULL, request_days = NULL
                            WHERE name = $1 AND request IS NOT NULL AND NOT EXISTS (SELECT 1 FROM stopped) RETURNING 1
                        )
                        INSERT INTO audit (user_id, action, target)
                        SELECT $2, 'job.stop', $1
                        WHERE EXISTS (SELECT 1 FROM stopped) OR EXISTS (SELECT 1 FROM withdrawn)""", Tuple.of(job, user)).recover(PgPool::away).map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Future<List<JobRun>> runs(String job, long before, int limit) {
        return readPool.read(
                        "SELECT " + RUN + " FROM job_run WHERE id < $1 AND ($2::text IS NULL OR job = $2)"
                                + " ORDER BY id DESC LIMIT $3",
                        Tuple.of(before, job, limit))
                .map(rows -> {
                    List<JobRun> found = new ArrayList<>(rows.size());
                    for (Row row : rows) found.add(run(row));
                    return found;
                });
    }

    private static JobRun run(Row row) {
        return new JobRun(
                row.getLong("id"),
                row.getString("job"),
                row.getString("node"),
                row.getString("cause"),
                row.getString("asked_by"),
                row.getString("part"),
                PgTimes.toMs(row.getOffsetDateTime("started_at")),
                PgTimes.toMsOrNull(row.getOffsetDateTime("ended_at")),
                JobRun.Outcome.of(row.getString("outcome")),
                row.getLong("processed"),
                row.getLong("deleted"),
                row.getInteger("retention_days"),
                row.getString("error"),
                row.getString("stop_by"));
    }
}
