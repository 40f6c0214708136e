package io.reprise.config;

import io.reprise.config.read.Section;

/**
 * Settings of maintenance jobs.
 *
 * @param leaseMs after this time another node takes over the jobs of a dead one
 * @param batch items that a job handles at a time
 * @param pauseMs between two batches
 * @param atOnceMax jobs that a node runs at the same time
 * @param intervalMinMs shortest time between two runs of a job
 * @param historyDays how long runs of jobs are kept
 * @param auditDays how long entries of the audit log are kept
 */
public record JobSettings(
        int pollMs,
        int leaseMs,
        int batch,
        int pauseMs,
        int atOnceMax,
        int intervalMinMs,
        int historyDays,
        int auditDays) {
    static JobSettings read(Section section) {
        Section live = section.live();
        return new JobSettings(
                live.integer("pollMs", 5_000, 20, 600_000),
                live.integer("leaseMs", 30_000, 1_000, 600_000),
                live.integer("batch", 200, 1, 10_000),
                live.integer("pauseMs", 20, 1, 60_000),
                live.integer("atOnceMax", 2, 1, 32),
                live.integer("intervalMinMs", 10_000, 1_000, 3_600_000),
                live.integer("historyDays", 30, 1, 365),
                live.integer("auditDays", 365, 1, 3_650));
    }
}
