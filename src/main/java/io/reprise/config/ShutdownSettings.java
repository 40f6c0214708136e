package io.reprise.config;

import io.reprise.config.read.Section;

/**
 * Settings of a graceful stop, which takes at most {@code drainMs} and {@code closeMs}.
 *
 * @param drainMs for active runs to end
 * @param closeMs for all else: to store what is in memory, and to close every part
 * @param spreadMs time over which clients are asked to reconnect, so that they do not come back all at once
 */
public record ShutdownSettings(int drainMs, int closeMs, int spreadMs) {
    static ShutdownSettings read(Section section) {
        Section live = section.live();
        return new ShutdownSettings(
                live.integer("drainMs", 20_000, 0, 600_000),
                live.integer("closeMs", 60_000, 1_000, 600_000),
                live.integer("spreadMs", 3_000, 1, 600_000));
    }
}
