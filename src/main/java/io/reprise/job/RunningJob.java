package io.reprise.job;

import io.reprise.config.JobSettings;
import io.reprise.job.JobRun.Outcome;
import io.reprise.job.JobStore.Due;
import io.reprise.job.JobStore.Progress;
import io.reprise.job.JobStore.Result;
import io.reprise.lease.HeldLease;
import io.reprise.support.Current;
import io.reprise.support.Stopwatch;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a job: batch after batch while the lease is held, with a pause after each. A run that lost its lease
 * writes nothing more, because its successor has ended it. For one event loop.
 */
final class RunningJob {
    private static final Logger log = LoggerFactory.getLogger(RunningJob.class);
    private static final String FAULT = "The job failed; the cause is in the server's log.";
    private static final String SERVER_STOPPED = "The server stopped; the job is run again.";

    private final Vertx vertx;
    private final JobStore store;
    private final Job job;
    private final Due due;
    private final HeldLease lease;
    private final long run;
    private final Current<JobSettings> settings;
    private final Stopwatch watch = Stopwatch.started();
    private final Promise<Outcome> over = Promise.promise();
    private final long renewals;
    private Sweep sweep;
    private Result soFar = Result.NOTHING;
    private boolean interrupted;

    RunningJob(
            Vertx vertx, JobStore store, Job job, Due due, HeldLease lease, long run, Current<JobSettings> settings) {
        this.vertx = vertx;
        this.store = store;
        this.job = job;
        this.due = due;
        this.lease = lease;
        this.run = run;
        this.settings = settings;
        this.renewals = vertx.setPeriodic(lease.renewMs(), timer -> renew());
    }

    /** Runs it. The future succeeds when nothing more happens, with the outcome, or null if the outcome is not stored. */
    Future<Outcome> start() {
        step();
        return over.future().onComplete(ended -> vertx.cancelTimer(renewals));
    }

    /** Ends it after the batch that is under way, because the server stops. */
    void interrupt() {
        interrupted = true;
    }

    private void renew() {
        lease.renew().onFailure(cause -> warn("renewing the lease of a job failed", cause));
    }

    private void step() {
        if (!lease.isHeld()) giveUp();
        else if (interrupted) end(Outcome.INTERRUPTED, SERVER_STOPPED);
        else batch().onComplete(this::took, this::failed);
    }

    private Future<Sweep.Batch> batch() {
        try {
            if (sweep == null) sweep = job.begin().apply(due.order());
            return sweep.next();
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void took(Sweep.Batch batch) {
        soFar = soFar.plus(batch, sweep.retentionDays());
        store.progress(run, lease.lease(), soFar).onComplete(noted -> decide(noted, batch.more()), this::failed);
    }

    private void decide(Progress noted, boolean more) {
        if (!noted.held()) giveUp();
        else if (!more) end(Outcome.SUCCESS, null);
        else if (noted.stop()) end(Outcome.STOPPED, null);
        else vertx.setTimer(settings.get().pauseMs(), timer -> step());
    }

    private void failed(Throwable cause) {
        warn("a job failed", cause);
        end(Outcome.FAILED, FAULT);
    }

    private void giveUp() {
        log.atWarn().addKeyValue("job", job.name()).addKeyValue("run", run).log("a job lost its lease");
        over.complete(null);
    }

    private void end(Outcome outcome, String why) {
        Result result = soFar.ended(outcome, why);
        store.end(run, lease.lease(), due, result, outcome == Outcome.INTERRUPTED ? null : nextMs())
                .compose(stored -> lease.release())
                .onComplete(
                        done -> {
                            log.atInfo()
                                    .addKeyValue("job", job.name())
                                    .addKeyValue("outcome", outcome.wire())
                                    .addKeyValue("processed", result.processed())
                                    .addKeyValue("deleted", result.deleted())
                                    .addKeyValue("durationMs", watch.ms())
                                    .log("job ended");
                            over.complete(outcome);
                        },
                        cause -> {
                            warn("storing the end of a job failed", cause);
                            over.complete(null);
                        });
    }

    /** The next due time; a run that was asked for does not move the schedule. */
    private long nextMs() {
        JobSchedule schedule = due.own() == null ? job.usual() : due.own();
        return Job.nextMs(schedule, due.slotMs(), due.nowMs() + watch.ms());
    }

    private void warn(String what, Throwable cause) {
        log.atWarn()
                .addKeyValue("job", job.name())
                .addKeyValue("run", run)
                .setCause(cause)
                .log(what);
    }
}
