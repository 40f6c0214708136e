package io.reprise.job;

import io.reprise.config.JobSettings;
import io.reprise.job.Job.Order;
import io.reprise.job.JobStore.Change;
import io.reprise.job.JobStore.Stored;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.schedule.Limits;
import io.reprise.schedule.ScheduleException;
import io.reprise.support.Current;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What administrators see of jobs and do with them. Stateless and thread-safe. */
public final class Jobs {
    private static final long HORIZON_MS = TimeUnit.DAYS.toMillis(366);

    private final Map<String, Job> jobs = new LinkedHashMap<>();
    private final JobStore store;
    private final Current<JobSettings> settings;
    private final WallClock time;
    private final Runnable wake;

    /** @param wake makes the nodes look for due jobs now; a lost call only costs time */
    public Jobs(List<Job> jobs, JobStore store, Current<JobSettings> settings, WallClock time, Runnable wake) {
        jobs.forEach(job -> this.jobs.put(job.name(), job));
        this.store = store;
        this.settings = settings;
        this.time = time;
        this.wake = wake;
    }

    /** All jobs, in a fixed order. */
    public Future<List<JobStatus>> list() {
        return store.list(List.copyOf(jobs.keySet()))
                .map(found -> jobs.values().stream()
                        .flatMap(job -> found.stream()
                                .filter(stored -> stored.name().equals(job.name()))
                                .map(stored -> status(job, stored)))
                        .toList());
    }

    private static JobStatus status(Job job, Stored stored) {
        return new JobStatus(
                job.name(),
                stored.own() == null ? job.usual() : stored.own(),
                stored.own() != null,
                stored.paused(),
                job.part(),
                stored.nextMs(),
                stored.requested(),
                stored.active(),
                stored.last());
    }

    /** Asks for a run now. Returns why not; empty if a run will begin. */
    public Future<Optional<Failure>> run(String name, Order order, String user) {
        Job job = jobs.get(name);
        if (job == null) return refused(Failure.notFound("Job"));
        if (job.part() == Job.Part.NONE && !order.equals(Order.ALL)) {
            return refused(Failure.badRequest("This job always works on everything."));
        }
        return store.ask(name, order, user).map(asked -> {
            if (!asked) {
                return Optional.of(Failure.of(ErrorCode.BUSY, "This job is running, or about to run, already."));
            }
            wake.run();
            return Optional.empty();
        });
    }

    /** Asks the run under way to stop after its batch. Returns why not, or empty. */
    public Future<Optional<Failure>> stop(String name, String user) {
        if (!jobs.containsKey(name)) return refused(Failure.notFound("Job"));
        return store.stop(name, user)
                .map(stopped -> stopped
                        ? Optional.empty()
                        : Optional.of(Failure.of(ErrorCode.CONFLICT, "This job is not running.")));
    }

    /**
     * Pauses or continues a job, or gives it another schedule. Returns why not, or empty.
     *
     * @param paused null: unchanged
     * @param schedule null: unchanged
     * @param usual back to the schedule that the server brings
     */
    public Future<Optional<Failure>> change(
            String name, Boolean paused, JobSchedule schedule, boolean usual, String user) {
        Job job = jobs.get(name);
        if (job == null) return refused(Failure.notFound("Job"));
        try {
            Long nextMs = schedule == null && !usual ? null : firstMs(schedule == null ? job.usual() : schedule);
            return store.change(name, new Change(paused, schedule, usual, nextMs), user)
                    .map(done -> Optional.empty());
        } catch (ScheduleException e) {
            return refused(Failure.badRequest(e.getMessage()));
        }
    }

    private long firstMs(JobSchedule schedule) {
        return new Limits(settings.get().intervalMinMs(), HORIZON_MS).firstSlot(schedule.schedule(), time.nowMs());
    }

    /** Runs of one job or, with null, of all; newest first. */
    public Future<List<JobRun>> runs(String job, long before, int limit) {
        return store.runs(job, before, limit);
    }

    private static Future<Optional<Failure>> refused(Failure failure) {
        return Future.succeededFuture(Optional.of(failure));
    }
}
