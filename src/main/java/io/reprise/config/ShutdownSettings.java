package io.reprise.config;

import io.reprise.config.read.Section;

/** Settings of a graceful stop. */
public record ShutdownSettings(int drainMs) {
    static ShutdownSettings read(Section section) {
        Section live = section.live();
        return new ShutdownSettings(live.integer("drainMs", 20_000, 0, 600_000));
    }
}
