package io.reprise.config.storage;

import io.reprise.config.read.Section;

/**
 * Settings of erasing copies in other stores after a clear or delete.
 *
 * @param batch most erasures at a time
 * @param againMs pause before an erasure is repeated
 */
public record ErasureSettings(int pollMs, int batch, int retryMs, int retryMaxMs, int againMs) {
    public static ErasureSettings read(Section section) {
        Section live = section.live();
        ErasureSettings erasures = new ErasureSettings(
                section.integer("pollMs", 5_000, 50, 600_000),
                live.integer("batch", 100, 1, 1_000),
                live.integer("retryMs", 2_000, 10, 600_000),
                live.integer("retryMaxMs", 60_000, 10, 3_600_000),
                live.integer("againMs", 90_000, 10, 3_600_000));
        section.atLeast("retryMaxMs", erasures.retryMaxMs, "erasures.retryMs", erasures.retryMs);
        return erasures;
    }
}
