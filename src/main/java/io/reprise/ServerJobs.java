package io.reprise;

import io.reprise.config.Settings;
import io.reprise.job.Job;
import io.reprise.job.JobSchedule;
import io.reprise.store.Storage;
import io.reprise.store.database.PgPool;
import io.reprise.store.postgres.PgSweeps;
import io.reprise.support.Current;
import java.util.List;

/** The maintenance jobs of a server; {@code webroot/docs/jobs.md} describes each. */
final class ServerJobs {
    private static final int HOURLY_MINUTES = 60;
    private static final int DAILY_MINUTES = 1_440;

    private final Current<Settings> current;
    private final Storage storage;

    ServerJobs(Current<Settings> current, Storage storage) {
        this.current = current;
        this.storage = storage;
    }

    /** In the order in which administrators see them. */
    List<Job> all() {
        PgPool pool = storage.pool();
        return List.of(
                new Job(
                        "checkpoint-cleanup",
                        JobSchedule.everyMinutes(HOURLY_MINUTES),
                        Job.Part.SESSION_OR_USER,
                        storage.checkpoints().cleanup()),
                Job.ofAll(
                        "claim-cleanup",
                        JobSchedule.everyMinutes(HOURLY_MINUTES),
                        order -> PgSweeps.claims(pool, current.get().sessions().claimHours(), batch())),
                Job.ofAll(
                        "audit-retention",
                        JobSchedule.everyMinutes(DAILY_MINUTES),
                        order -> PgSweeps.audit(pool, current.get().jobs().auditDays(), batch())),
                Job.ofAll(
                        "job-history-retention",
                        JobSchedule.everyMinutes(DAILY_MINUTES),
                        order -> PgSweeps.jobRuns(pool, current.get().jobs().historyDays(), batch())));
    }

    private int batch() {
        return current.get().jobs().batch();
    }
}
