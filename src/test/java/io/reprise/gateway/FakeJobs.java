package io.reprise.gateway;

import io.reprise.history.StoreAway;
import io.reprise.job.Job;
import io.reprise.job.JobRun;
import io.reprise.job.JobSchedule;
import io.reprise.job.JobStore;
import io.reprise.job.Sweep;
import io.reprise.lease.Lease;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Two jobs; remembers what was asked for. */
public final class FakeJobs implements JobStore {
    private static final long AT_MS = 1_767_225_600_000L;
    static final List<Job> LIST = List.of(
            Job.ofParts("sweep", JobSchedule.everyMinutes(60), order -> FakeJobs.nothing()),
            Job.ofAll("dust", new JobSchedule(null, "0 3 * * *", "Europe/Lisbon"), order -> FakeJobs.nothing()));

    public final List<String> asked = new ArrayList<>();
    public volatile boolean away;
    public volatile boolean busy;
    public volatile int wakes;

    private static Sweep nothing() {
        return () -> Future.succeededFuture(new Sweep.Batch(0, 0, false));
    }

    void woken() {
        wakes++;
    }

    @Override
    public Future<List<Stored>> list(List<String> names) {
        if (away) return Future.failedFuture(new StoreAway(new IOException("away")));
        return Future.succeededFuture(List.of(
                new Stored("sweep", null, false, AT_MS, true, run(3, null), run(2, JobRun.Outcome.SUCCESS)),
                new Stored("dust", JobSchedule.everyMinutes(5), true, AT_MS, false, null, null)));
    }

    private static JobRun run(long id, JobRun.Outcome outcome) {
        Long endedMs = outcome == null ? null : Long.valueOf(AT_MS + 250);
        return new JobRun(id, "sweep", "n_1", "request", "ada", "all", AT_MS, endedMs, outcome, 9, 4, 7, null, null);
    }

    @Override
    public Future<Boolean> ask(String job, Job.Order order, String user) {
        asked.add("ask " + job + " " + order + " " + user);
        return Future.succeededFuture(!busy);
    }

    @Override
    public Future<Void> change(String job, Change change, String user) {
        asked.add("change " + job + " " + change.paused() + " " + change.schedule() + " " + change.usual() + " "
                + (change.nextMs() != null) + " " + user);
        return Future.succeededFuture();
    }

    @Override
    public Future<Boolean> stop(String job, String user) {
        asked.add("stop " + job + " " + user);
        return Future.succeededFuture(!busy);
    }

    @Override
    public Future<List<JobRun>> runs(String job, long before, int limit) {
        asked.add("runs " + job + " " + before + " " + limit);
        return Future.succeededFuture(
                List.of(run(3, null), run(2, JobRun.Outcome.FAILED), run(1, JobRun.Outcome.SUCCESS))
                        .subList(0, Math.min(3, limit)));
    }

    @Override
    public Future<Void> register(String job, long firstInMs) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Look> due(List<String> names) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> skip(Due due, long nextMs) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Optional<Long>> begin(Lease lease, Due due, String node) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Progress> progress(long run, Lease lease, Result soFar) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Future<Void> end(long run, Lease lease, Due due, Result result, Long nextMs) {
        throw new UnsupportedOperationException();
    }
}
