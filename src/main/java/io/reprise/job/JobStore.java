package io.reprise.job;

import io.reprise.job.Job.Order;
import io.reprise.lease.Lease;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Port: the store of jobs and their runs, by its clock. A failed future means that the store is unavailable. */
public interface JobStore {
    /** Adds a job that runs first after this time, unless it exists. */
    Future<Void> register(String job, long firstInMs);

    /** The jobs with one of these names that are due or asked for; with the time of the store. */
    Future<Look> due(List<String> names);

    /** A due time passes without a run, because there is nothing to do. */
    Future<Void> skip(Due due, long nextMs);

    /**
     * Begins a run and ends the run that an owner before this one left. Empty if the lease is not held any more.
     *
     * @return the number of the run
     */
    Future<Optional<Long>> begin(Lease lease, Due due, String node);

    /** Notes how far a run has come. */
    Future<Progress> progress(long run, Lease lease, Result soFar);

    /**
     * Ends a run, unless another owner has ended it.
     *
     * @param due as it began
     * @param nextMs the next due time; null: the job stays due, because it was interrupted
     */
    Future<Void> end(long run, Lease lease, Due due, Result result, Long nextMs);

    /** The jobs with these names, with the run under way and the last one that has ended. */
    Future<List<Stored>> list(List<String> names);

    /** Asks for a run; false if one is asked for or under way. */
    Future<Boolean> ask(String job, Order order, String user);

    /** Changes a job. */
    Future<Void> change(String job, Change change, String user);

    /** Asks the run under way to stop, and withdraws a request that has not begun; false if there is neither. */
    Future<Boolean> stop(String job, String user);

    /**
     * Runs, newest first.
     *
     * @param job only of this job, or null
     * @param before number of the last run of the previous page; {@link Long#MAX_VALUE} for the first page
     */
    Future<List<JobRun>> runs(String job, long before, int limit);

    /** @param nextInMs time until the next of the other jobs is due; -1 if none is */
    record Look(List<Due> due, long nextInMs) {}

    /**
     * A job that has to run.
     *
     * @param own the schedule that an administrator has set, or null
     * @param slotMs when it is due by its schedule, which may be later than now
     * @param nowMs time of the store
     * @param request number of the request, or null
     * @param by who asked, or null
     */
    record Due(String job, JobSchedule own, long slotMs, long nowMs, Long request, String by, Order order) {}

    /**
     * @param held whether the run still belongs to the lease
     * @param stop whether somebody asked it to stop
     */
    record Progress(boolean held, boolean stop) {}

    /**
     * @param outcome null while the run is under way
     * @param error safe to display, or null
     */
    record Result(JobRun.Outcome outcome, long processed, long deleted, Integer retentionDays, String error) {
        static final Result NOTHING = new Result(null, 0, 0, null, null);

        Result plus(Sweep.Batch batch, Integer days) {
            return new Result(null, processed + batch.processed(), deleted + batch.deleted(), days, null);
        }

        Result ended(JobRun.Outcome how, String why) {
            return new Result(how, processed, deleted, retentionDays, why);
        }
    }

    /** @param own the schedule that an administrator has set, or null */
    record Stored(
            String name, JobSchedule own, boolean paused, long nextMs, boolean requested, JobRun active, JobRun last) {}

    /**
     * @param paused null: unchanged
     * @param schedule the new schedule; null: unchanged
     * @param usual back to the schedule that the server brings
     * @param nextMs the next due time if the schedule changes
     */
    record Change(Boolean paused, JobSchedule schedule, boolean usual, Long nextMs) {}
}
