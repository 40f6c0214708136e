package io.reprise.config.storage;

import io.reprise.config.read.Section;

/** Settings for writes, also for the time when the database is unavailable. */
public record StoreSettings(int waitMs, int retryMs, int retryMaxMs, int appendsTogetherMax) {
    public static StoreSettings read(Section section) {
        Section live = section.live();
        StoreSettings store = new StoreSettings(
                live.integer("waitMs", 30_000, 100, 600_000),
                live.integer("retryMs", 200, 10, 60_000),
                live.integer("retryMaxMs", 2_000, 10, 60_000),
                live.integer("appendsTogetherMax", 128, 1, 1_000));
        section.atLeast("retryMaxMs", store.retryMaxMs, "store.retryMs", store.retryMs);
        return store;
    }
}
