package io.reprise.store.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.config.Settings;
import io.reprise.job.Job;
import io.reprise.job.Job.Order;
import io.reprise.job.JobRun;
import io.reprise.job.JobRun.Outcome;
import io.reprise.job.JobSchedule;
import io.reprise.job.JobStatus;
import io.reprise.job.JobStore;
import io.reprise.job.JobVerticle;
import io.reprise.job.Jobs;
import io.reprise.job.Sweep;
import io.reprise.job.Sweep.Batch;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.NodeMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.BusCodec;
import io.reprise.store.postgres.StoreFixture;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.WallClock;
import io.reprise.telemetry.Metrics;
import io.reprise.testing.Patience;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that run jobs on one database. The test controls the batches of the job. */
class PgJobsIT {
    private static final String JOB = "sweep";
    private static final long LEASE_MS = 60_000;

    private final StoreFixture fixture = new StoreFixture();
    private final List<Vertx> nodes = new ArrayList<>();
    private final List<Step> steps = new CopyOnWriteArrayList<>();
    private PgJobs store;
    private volatile boolean work = true;

    /** A batch that waits for the test. */
    private record Step(String node, Order order, Promise<Batch> batch) {}

    @BeforeEach
    void begin() {
        store = new PgJobs(fixture.pool, fixture.pool);
    }

    @AfterEach
    void end() {
        steps.forEach(step -> step.batch().tryComplete(new Batch(0, 0, false)));
        nodes.forEach(node -> StoreFixture.await(node.close()));
        fixture.close();
    }

    @Test
    void a_due_job_runs_in_batches_and_its_result_is_kept() {
        node("n_1");
        makeDue();

        next().complete(new Batch(10, 3, true));
        await().atMost(Patience.LIMIT)
                .until(() -> active().map(JobRun::processed).orElse(0L) == 10);
        next().complete(new Batch(5, 1, false));

        JobRun run = ended(1);
        assertThat(run)
                .isEqualTo(new JobRun(
                        run.id(),
                        JOB,
                        "n_1",
                        "schedule",
                        null,
                        "all",
                        run.startedMs(),
                        run.endedMs(),
                        Outcome.SUCCESS,
                        15,
                        4,
                        7,
                        null,
                        null));
        assertThat(steps).hasSize(2);
        // It is released after the end is stored.
        await().atMost(Patience.LIMIT).until(() -> "0".equals(fixture.look("SELECT count(*) FROM lease")));
        assertThat(fixture.look("SELECT next_at > now() + interval '59 minutes' FROM job"))
                .isEqualTo("t");
    }

    @Test
    void one_node_at_a_time_runs_it() {
        node("n_1");
        node("n_2");
        makeDue();
        Promise<Batch> first = next();
        wakeAll();
        wakeAll();

        first.complete(new Batch(1, 0, false));

        ended(1);
        assertThat(fixture.look("SELECT count(*) FROM job_run")).isEqualTo("1");
    }

    @Test
    void the_job_of_a_dead_node_is_taken_over_within_the_time_to_live_of_its_lease() {
        Vertx dying = node("n_1");
        makeDue();
        next();
        // As kill -9 would: nothing more is received from it, and its batch is never done.
        StoreFixture.await(undeployWithoutAWord(dying));
        node("n_2");
        wakeAll();
        assertThat(fixture.look("SELECT until > now() AND until <= now() + interval '60 s' FROM lease"))
                .isEqualTo("t");
        assertThat(steps).hasSize(1);

        fixture.execute("UPDATE lease SET until = until - interval '60 s'");
        wakeAll();
        Step successor = step(1);
        successor.batch().complete(new Batch(8, 8, false));

        JobRun second = ended(2);
        JobRun first = StoreFixture.await(store.runs(JOB, second.id(), 1)).getFirst();
        assertThat(successor.node()).isEqualTo("n_2");
        assertThat(second.node()).isEqualTo("n_2");
        assertThat(first.outcome()).isEqualTo(Outcome.INTERRUPTED);
        assertThat(first.error()).contains("ended");
    }

    /** Symptom to prevent: a node that slept through its lease writes over the result of the node that took over. */
    @Test
    void a_node_that_returns_after_a_take_over_writes_nothing() {
        node("n_1");
        makeDue();
        Promise<Batch> slow = next();
        fixture.execute("UPDATE lease SET until = until - interval '60 s'");
        node("n_2");
        wakeAll();
        Step successor = step(1);

        slow.complete(new Batch(1_000, 1_000, false));
        wakeAll();
        successor.batch().complete(new Batch(8, 8, false));

        assertThat(ended(2).processed()).isEqualTo(8);
        assertThat(fixture.look("SELECT sum(processed) FROM job_run")).isEqualTo("8");
    }

    @Test
    void a_stopping_node_hands_the_job_over_at_once() {
        Vertx stopping = node("n_1");
        makeDue();
        Promise<Batch> batch = next();
        Future<Void> stopped = undeploy(stopping);
        batch.complete(new Batch(2, 2, true));
        StoreFixture.await(stopped);

        node("n_2");
        wakeAll();
        step(1).batch().complete(new Batch(3, 3, false));

        JobRun second = ended(2);
        assertThat(second.outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(StoreFixture.await(store.runs(JOB, second.id(), 1)).getFirst())
                .satisfies(first -> assertThat(first.outcome()).isEqualTo(Outcome.INTERRUPTED))
                .satisfies(first -> assertThat(first.deleted()).isEqualTo(2));
    }

    @Test
    void a_stop_ends_it_after_its_batch() {
        node("n_1");
        makeDue();
        Promise<Batch> batch = next();
        assertThat(StoreFixture.await(jobs().stop(JOB, "root"))).isEmpty();

        batch.complete(new Batch(2, 1, true));

        JobRun run = ended(1);
        assertThat(run.outcome()).isEqualTo(Outcome.STOPPED);
        assertThat(run.stopBy()).isEqualTo("root");
        assertThat(run.deleted()).isEqualTo(1);
        assertThat(steps).hasSize(1);
        assertThat(StoreFixture.await(jobs().stop(JOB, "root")).map(Failure::code))
                .contains(ErrorCode.CONFLICT);
    }

    @Test
    void a_failed_batch_fails_the_run_and_the_next_one_comes_at_its_time() {
        node("n_1");
        makeDue();
        next().fail(new IllegalStateException("secret of the store"));

        JobRun run = ended(1);
        assertThat(run.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(run.error()).isNotBlank().doesNotContain("secret");
        assertThat(fixture.look("SELECT next_at > now() FROM job")).isEqualTo("t");
    }

    /** Symptom: no job of the node ran any more. */
    @Test
    void a_row_that_names_a_session_and_a_user_stops_no_job() {
        node("n_1");
        fixture.execute("UPDATE job SET request_session = 's_1', request_user = 'ada'");
        makeDue();
        next().complete(new Batch(0, 0, false));

        assertThat(ended(1).outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(steps.getFirst().order()).isEqualTo(new Order("s_1", null, null));
    }

    @Test
    void a_requested_run_starts_immediately_also_while_paused_and_does_not_move_the_schedule() {
        node("n_1");
        StoreFixture.await(jobs().change(JOB, true, null, false, "root"));
        String before = fixture.look("SELECT next_at FROM job");

        Optional<Failure> refused = StoreFixture.await(jobs().run(JOB, new Order("s_1", null, 3), "root"));
        Step step = step(0);
        Optional<Failure> twice = StoreFixture.await(jobs().run(JOB, Order.ALL, "root"));
        step.batch().complete(new Batch(1, 1, false));

        JobRun run = ended(1);
        assertThat(refused).isEmpty();
        assertThat(step.order()).isEqualTo(new Order("s_1", null, 3));
        assertThat(twice.map(Failure::code)).contains(ErrorCode.BUSY);
        assertThat(run.cause()).isEqualTo("request");
        assertThat(run.by()).isEqualTo("root");
        assertThat(run.part()).isEqualTo("session");
        assertThat(fixture.look("SELECT next_at FROM job")).isEqualTo(before);
        assertThat(fixture.look(
                        "SELECT row_to_json(job)::text || (SELECT json_agg(job_run)::text FROM job_run) FROM job"))
                .as("ids are not kept")
                .doesNotContain("s_1");
        assertThat(fixture.look(
                        "SELECT string_agg(action || ' ' || target || ' ' || user_id, ', ' ORDER BY id) FROM audit"))
                .isEqualTo("job.change sweep root, job.run sweep root");
    }

    @Test
    void a_paused_job_does_not_run_by_itself() {
        StoreFixture.await(store.register(JOB, 0));
        StoreFixture.await(jobs().change(JOB, true, null, false, "root"));

        assertThat(due(JOB)).isEmpty();

        StoreFixture.await(jobs().change(JOB, false, null, false, "root"));
        assertThat(due(JOB)).hasSize(1);
        assertThat(due("other")).isEmpty();
    }

    @Test
    void a_custom_schedule_applies_until_it_is_removed() {
        StoreFixture.await(store.register(JOB, 3_600_000));
        JobSchedule nightly = new JobSchedule(null, "30 3 * * *", "Europe/Lisbon");

        StoreFixture.await(jobs().change(JOB, null, nightly, false, "root"));
        JobStatus changed = status();
        StoreFixture.await(jobs().change(JOB, null, null, true, "root"));

        assertThat(changed.schedule()).isEqualTo(nightly);
        assertThat(changed.own()).isTrue();
        assertThat(status().own()).isFalse();
        assertThat(status().schedule()).isEqualTo(JobSchedule.everyMinutes(60));
    }

    @Test
    void a_due_time_without_work_leaves_no_run() {
        work = false;
        node("n_1");
        makeDue();
        await().atMost(Patience.LIMIT).until(() -> "t".equals(fixture.look("SELECT next_at > now() FROM job")));

        assertThat(fixture.look("SELECT count(*) FROM job_run")).isEqualTo("0");
        StoreFixture.await(jobs().run(JOB, Order.ALL, "root"));
        next().complete(new Batch(0, 0, false));
        assertThat(ended(1).outcome()).as("somebody asked for it").isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void a_node_wakes_up_when_a_job_becomes_due() {
        node("n_1");
        fixture.execute("UPDATE job SET next_at = date_trunc('milliseconds', now()) + interval '2 s'");
        wakeAll();

        // Its next poll is in ten minutes.
        next().complete(new Batch(0, 0, false));

        assertThat(ended(1).outcome()).isEqualTo(Outcome.SUCCESS);
    }

    // --- the scene

    private List<JobStore.Due> due(String name) {
        return StoreFixture.await(store.due(List.of(name))).due();
    }

    private Vertx node(String name) {
        Vertx vertx = Vertx.vertx();
        nodes.add(vertx);
        BusCodec.register(vertx.eventBus());
        Settings settings = Settings.with(
                Map.of("jobs.pollMs", "600000", "jobs.leaseMs", Long.toString(LEASE_MS), "jobs.pauseMs", "1"));
        StoreFixture.await(vertx.deployVerticle(new JobVerticle(
                List.of(job(name)),
                store,
                new PgLeases(fixture.pool),
                name,
                Current.always(settings.jobs()),
                MonotonicClock.system(),
                Metrics.unseen())));
        return vertx;
    }

    private Job job(String node) {
        return new Job(
                JOB,
                JobSchedule.everyMinutes(60),
                Job.Part.SESSION_OR_USER,
                () -> Future.succeededFuture(work),
                order -> new Sweep() {
                    @Override
                    public Future<Batch> next() {
                        Promise<Batch> batch = Promise.promise();
                        steps.add(new Step(node, order, batch));
                        return batch.future();
                    }

                    @Override
                    public Integer retentionDays() {
                        return 7;
                    }
                });
    }

    private Jobs jobs() {
        return new Jobs(
                List.of(job("nobody")),
                store,
                Current.always(Settings.defaults().jobs()),
                WallClock.system(),
                this::wakeAll);
    }

    private void wakeAll() {
        nodes.forEach(node -> node.eventBus().publish(Addresses.JOBS, new NodeMessage.LookForJobs()));
    }

    private void makeDue() {
        fixture.execute("UPDATE job SET next_at = date_trunc('milliseconds', now()) - interval '1 s'");
        wakeAll();
    }

    /** The batch that the newest step waits for. */
    private Promise<Batch> next() {
        await().atMost(Patience.LIMIT)
                .until(() ->
                        !steps.isEmpty() && !steps.getLast().batch().future().isComplete());
        return steps.getLast().batch();
    }

    private Step step(int index) {
        await().atMost(Patience.LIMIT).until(() -> steps.size() > index);
        return steps.get(index);
    }

    /** The newest run, once so many have ended. */
    private JobRun ended(int count) {
        await().atMost(Patience.LIMIT)
                .until(() -> fixture.look("SELECT count(*) FROM job_run WHERE ended_at IS NOT NULL")
                        .equals(Integer.toString(count)));
        return StoreFixture.await(store.runs(JOB, Long.MAX_VALUE, 1)).getFirst();
    }

    private Optional<JobRun> active() {
        return Optional.ofNullable(status().active());
    }

    private JobStatus status() {
        return StoreFixture.await(jobs().list()).getFirst();
    }

    private static Future<Void> undeploy(Vertx node) {
        return node.undeploy(node.deploymentIDs().iterator().next());
    }

    /** Closes its timers and consumers without waiting for its batch. */
    private Future<Void> undeployWithoutAWord(Vertx node) {
        nodes.remove(node);
        node.close();
        return Future.succeededFuture();
    }
}
