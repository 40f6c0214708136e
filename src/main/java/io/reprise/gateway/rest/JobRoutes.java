package io.reprise.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.job.Job;
import io.reprise.job.JobRun;
import io.reprise.job.JobSchedule;
import io.reprise.job.JobStatus;
import io.reprise.job.Jobs;
import io.reprise.message.Failure;
import io.reprise.support.Page;
import io.reprise.support.Rfc3339;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Maintenance jobs, for administrators. */
public final class JobRoutes {
    private static final Failure PART = Failure.badRequest("`session` and `user` exclude each other.");

    private final Jobs jobs;

    public JobRoutes(Jobs jobs) {
        this.jobs = jobs;
    }

    public void bindTo(Api api) {
        api.on("listJobs", RoleGuard.forAdmins(this::list))
                .on("changeJob", RoleGuard.forAdmins(this::change))
                .on("runJob", RoleGuard.forAdmins(this::run))
                .on("stopJob", RoleGuard.forAdmins(this::stop))
                .on("listJobRuns", RoleGuard.forAdmins(this::runs));
    }

    private void list(ApiCall call) {
        jobs.list()
                .onSuccess(found -> call.answer(
                        200, new ShownJobs(found.stream().map(JobRoutes::shown).toList())))
                .onFailure(call::storeAway);
    }

    private void run(ApiCall call) {
        JsonObject body = call.body();
        if (body.containsKey("session") && body.containsKey("user")) {
            call.refuse(PART);
            return;
        }
        Job.Order order =
                new Job.Order(body.getString("session"), body.getString("user"), body.getInteger("retentionDays"));
        answer(call, 202, jobs.run(call.text("job"), order, call.user()));
    }

    private void stop(ApiCall call) {
        answer(call, 202, jobs.stop(call.text("job"), call.user()));
    }

    private void change(ApiCall call) {
        JsonObject body = call.body();
        boolean usual = body.containsKey("schedule") && body.getValue("schedule") == null;
        JobSchedule schedule = null;
        try {
            if (body.getValue("schedule") != null) schedule = schedule(body.getJsonObject("schedule"));
        } catch (RuntimeException e) {
            call.refuse(Failure.badRequest(e.getMessage()));
            return;
        }
        answer(call, 200, jobs.change(call.text("job"), body.getBoolean("paused"), schedule, usual, call.user()));
    }

    private static JobSchedule schedule(JsonObject given) {
        return new JobSchedule(given.getLong("everyMs"), given.getString("cron"), given.getString("zone"));
    }

    /** Answers with the job as it is now. */
    private void answer(ApiCall call, int status, Future<Optional<Failure>> done) {
        done.onSuccess(refused -> refused.ifPresentOrElse(call::refuse, () -> answerJob(call, status)))
                .onFailure(call::storeAway);
    }

    private void answerJob(ApiCall call, int status) {
        jobs.list()
                .onSuccess(found -> found.stream()
                        .filter(job -> job.name().equals(call.text("job")))
                        .findFirst()
                        .ifPresentOrElse(
                                job -> call.answer(status, shown(job)), () -> call.refuse(Failure.notFound("Job"))))
                .onFailure(call::storeAway);
    }

    private void runs(ApiCall call) {
        OptionalLong asked = call.before();
        if (asked.isEmpty()) return;
        long before = asked.getAsLong();
        int limit = call.integer("limit");
        jobs.runs(call.text("job"), before, limit + 1)
                .onSuccess(found -> {
                    Page<JobRun> page = Page.of(found, limit, last -> Long.toString(last.id()));
                    call.answer(
                            200,
                            new ShownRuns(
                                    page.rows().stream().map(JobRoutes::shown).toList(), page.cursor()));
                })
                .onFailure(call::storeAway);
    }

    private static ShownJob shown(JobStatus job) {
        return new ShownJob(
                job.name(),
                job.schedule(),
                job.own() ? true : null,
                job.paused(),
                job.part() == Job.Part.SESSION_OR_USER ? true : null,
                job.paused() ? null : Rfc3339.textOrNull(job.nextMs()),
                job.requested() ? true : null,
                job.active() == null ? null : shown(job.active()),
                job.last() == null ? null : shown(job.last()));
    }

    private static ShownRun shown(JobRun run) {
        return new ShownRun(
                run.id(),
                run.job(),
                run.node(),
                run.cause(),
                run.by(),
                run.part(),
                Rfc3339.textOrNull(run.startedMs()),
                Rfc3339.textOrNull(run.endedMs()),
                run.outcome(),
                run.isActive() ? null : run.outcome() == JobRun.Outcome.SUCCESS,
                run.processed(),
                run.deleted(),
                run.retentionDays(),
                run.error(),
                run.isActive() ? null : run.endedMs() - run.startedMs(),
                run.isActive() && run.stopBy() != null ? true : null);
    }

    private record ShownJobs(List<ShownJob> jobs) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownRuns(List<ShownRun> runs, String cursor) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownJob(
            String name,
            JobSchedule schedule,
            Boolean ownSchedule,
            boolean paused,
            Boolean parts,
            String nextRunAt,
            Boolean requested,
            ShownRun running,
            ShownRun lastRun) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownRun(
            long id,
            String job,
            String node,
            String cause,
            String by,
            String part,
            String startedAt,
            String endedAt,
            JobRun.Outcome outcome,
            Boolean success,
            long processedCount,
            long deletedCount,
            Integer retentionDays,
            String error,
            Long durationMs,
            Boolean stopping) {}
}
