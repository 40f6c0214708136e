package io.reprise.job;

import io.reprise.config.JobSettings;
import io.reprise.job.JobRun.Outcome;
import io.reprise.job.JobStore.Due;
import io.reprise.lease.HeldLease;
import io.reprise.lease.LeaseStore;
import io.reprise.message.bus.Addresses;
import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import io.reprise.support.Stopwatch;
import io.reprise.telemetry.Metrics;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs due jobs; one on each node. A lease lets one node at a time run a job. The due time of a job moves on only when a
 * run has ended, so the node that takes over the lease of a dead one finds the job still due.
 */
public final class JobVerticle extends VerticleBase {
    private static final Logger log = LoggerFactory.getLogger(JobVerticle.class);

    private final Map<String, Job> jobs;
    private final JobStore store;
    private final LeaseStore leases;
    private final String node;
    private final Current<JobSettings> settings;
    private final MonotonicClock clock;
    private final Metrics metrics;

    /** What this node runs, by name; null while the lease is asked for. */
    private final Map<String, RunningJob> running = new HashMap<>();

    private final Map<String, Future<Outcome>> ends = new HashMap<>();
    private boolean looking;
    private boolean lookAgain;
    private boolean stopping;
    private long alarm = -1;

    /** @param node owner of the leases that it takes */
    public JobVerticle(
            List<Job> jobs,
            JobStore store,
            LeaseStore leases,
            String node,
            Current<JobSettings> settings,
            MonotonicClock clock,
            Metrics metrics) {
        this.jobs = jobs.stream().collect(Collectors.toMap(Job::name, Function.identity()));
        this.store = store;
        this.leases = leases;
        this.node = node;
        this.settings = settings;
        this.clock = clock;
        this.metrics = metrics;
    }

    @Override
    public Future<?> start() {
        return vertx.eventBus()
                .consumer(Addresses.JOBS, asked -> look())
                .completion()
                .compose(listening ->
                        Future.all(jobs.values().stream().map(this::register).toList()))
                .onSuccess(registered -> poll());
    }

    private Future<Void> register(Job job) {
        Long everyMs = job.usual().everyMs();
        return store.register(job.name(), everyMs == null ? 0 : everyMs);
    }

    /** Ends the runs after their batches; the node that takes a lease next finds the jobs still due. */
    @Override
    public Future<?> stop() {
        stopping = true;
        running.values().forEach(job -> {
            if (job != null) job.interrupt();
        });
        return Future.join(List.copyOf(ends.values())).otherwiseEmpty();
    }

    private void poll() {
        look();
        vertx.setTimer(settings.get().pollMs(), timer -> poll());
    }

    private void look() {
        if (stopping) return;
        if (looking) {
            lookAgain = true;
            return;
        }
        looking = true;
        store.due(List.copyOf(jobs.keySet()))
                .onSuccess(look -> {
                    look.due().forEach(this::consider);
                    wakeIn(look.nextInMs());
                })
                .onFailure(cause ->
                        log.atWarn().addKeyValue("cause", cause.toString()).log("polling for due jobs failed"))
                .onComplete(done -> {
                    looking = false;
                    if (!lookAgain) return;
                    lookAgain = false;
                    look();
                });
    }

    /** Wakes up for what is due before the next poll. */
    private void wakeIn(long ms) {
        vertx.cancelTimer(alarm);
        if (ms >= 0 && ms < settings.get().pollMs()) alarm = vertx.setTimer(Math.max(1, ms), timer -> look());
    }

    private void consider(Due due) {
        if (stopping
                || running.containsKey(due.job())
                || running.size() >= settings.get().atOnceMax()) return;
        Job job = jobs.get(due.job());
        running.put(job.name(), null);
        Future<Outcome> end = worthwhile(job, due).compose(worth -> worth ? taken(job, due) : skipped(job, due));
        ends.put(job.name(), end);
        end.onFailure(cause -> log.atWarn()
                        .addKeyValue("job", job.name())
                        .addKeyValue("cause", cause.toString())
                        .log("starting a job failed"))
                .onComplete(over -> {
                    running.remove(job.name());
                    ends.remove(job.name());
                    if (over.succeeded() && over.result() != null) look();
                });
    }

    private Future<Boolean> worthwhile(Job job, Due due) {
        return due.request() == null ? job.work().get() : Future.succeededFuture(true);
    }

    private Future<Outcome> skipped(Job job, Due due) {
        JobSchedule schedule = due.own() == null ? job.usual() : due.own();
        return store.skip(due, Job.nextMs(schedule, due.slotMs(), due.nowMs())).mapEmpty();
    }

    /** Null if another node has the lease. */
    private Future<Outcome> taken(Job job, Due due) {
        return HeldLease.take(leases, job.lease(), node, settings.get().leaseMs(), clock)
                .compose(lease -> lease.isEmpty() ? Future.succeededFuture() : begun(job, due, lease.get()));
    }

    private Future<Outcome> begun(Job job, Due due, HeldLease lease) {
        return store.begin(lease.lease(), due, node)
                .compose(
                        run -> run.isEmpty() ? Future.succeededFuture() : run(job, due, lease, run),
                        cause -> lease.release().otherwiseEmpty().compose(released -> Future.failedFuture(cause)));
    }

    private Future<Outcome> run(Job job, Due due, HeldLease lease, Optional<Long> run) {
        RunningJob started = new RunningJob(vertx, store, job, due, lease, run.get(), settings);
        running.put(job.name(), started);
        if (stopping) started.interrupt();
        Stopwatch watch = Stopwatch.started();
        return started.start().onSuccess(outcome -> {
            if (outcome != null) metrics.job(job.name(), outcome.wire(), watch.nanos());
        });
    }
}
