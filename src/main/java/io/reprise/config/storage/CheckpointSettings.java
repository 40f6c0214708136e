package io.reprise.config.storage;

import io.reprise.config.read.Section;
import java.util.concurrent.TimeUnit;

/**
 * Settings of the checkpoint store.
 *
 * @param bytesMax size of a checkpoint; a larger one is not saved
 * @param sessionMax number per session; the oldest are deleted
 * @param memoryBytesMax size of all checkpoints that are kept in memory
 * @param timeoutMs longest wait for the store
 * @param silencesMax consecutive timeouts after which Redis is skipped
 * @param leaveOutMs how long Redis is skipped then
 * @param pressureMb size of the store above which the cleanup keeps checkpoints for {@code pressureRetentionDays} only;
 *     0: never
 */
public record CheckpointSettings(
        Store store,
        int bytesMax,
        int sessionMax,
        int memoryBytesMax,
        int retentionDays,
        int timeoutMs,
        int redisDatabase,
        int silencesMax,
        int leaveOutMs,
        int pressureMb,
        int pressureRetentionDays) {
    public static final String NAME = "checkpoints";

    /**
     * Checkpoints are kept this much longer than interrupts, so that a run can resume after a decision at the last
     * moment.
     */
    private static final long RETENTION_GRACE_MS = TimeUnit.HOURS.toMillis(1);

    public enum Store {
        MEMORY,
        POSTGRES,
        REDIS
    }

    public static CheckpointSettings read(Section section, RedisSettings redis) {
        Section live = section.live();
        CheckpointSettings checkpoints = new CheckpointSettings(
                section.choice("store", Store.POSTGRES, Store.values()),
                live.integer("bytesMax", 4_194_304, 1_024, 67_108_864),
                live.integer("sessionMax", 100, 10, 1_000),
                section.integer("memoryBytesMax", 268_435_456, 1_048_576, 1_073_741_824),
                live.integer("retentionDays", 7, 1, 365),
                live.integer("timeoutMs", 5_000, 100, 60_000),
                section.integer("redisDatabase", 1, 0, 15),
                section.integer("silencesMax", 3, 1, 1_000),
                section.integer("leaveOutMs", 10_000, 10, 600_000),
                live.integer("pressureMb", 0, 0, 1_048_576),
                live.integer("pressureRetentionDays", 1, 0, 365));
        section.atMost(
                "pressureRetentionDays",
                checkpoints.pressureRetentionDays,
                NAME + ".retentionDays",
                checkpoints.retentionDays,
                "days");
        section.atLeast("memoryBytesMax", checkpoints.memoryBytesMax, "checkpoints.bytesMax", checkpoints.bytesMax);
        if (checkpoints.store == Store.REDIS && redis.url().isEmpty()) {
            section.problem("store", "redis", "needs redis.url, which is empty");
        }
        return checkpoints;
    }

    /** An interrupt that is open longer than its checkpoint is kept could not be resumed. */
    public void checkExpiry(Section interrupts, int expiryMinutes) {
        int retentionMinutes = (int) TimeUnit.DAYS.toMinutes(retentionDays);
        interrupts.atMost("expiryMinutes", expiryMinutes, NAME + ".retentionDays", retentionMinutes, "minutes");
    }

    /** How long a checkpoint is kept, in milliseconds. */
    public long retentionMs() {
        return retentionMs(retentionDays);
    }

    /** How long a checkpoint is kept with another number of days, in milliseconds. */
    public static long retentionMs(int days) {
        return TimeUnit.DAYS.toMillis(days) + RETENTION_GRACE_MS;
    }
}
