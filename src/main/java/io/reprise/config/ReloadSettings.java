package io.reprise.config;

import io.reprise.config.read.Section;

/**
 * Settings of reading the settings file again.
 *
 * @param watch whether the server notices by itself that the file has changed
 * @param quietMs a changed file is read when it has not changed for this time, because it may be half written
 * @param quietMaxMs a file that never stops changing is read after this time
 * @param pollMs how often the file is looked at where the operating system tells nothing of changes
 */
public record ReloadSettings(boolean watch, int quietMs, int quietMaxMs, int pollMs) {
    static ReloadSettings read(Section section) {
        Section live = section.live();
        ReloadSettings reload = new ReloadSettings(
                section.bool("watch", true),
                live.integer("quietMs", 150, 10, 10_000),
                live.integer("quietMaxMs", 2_000, 10, 60_000),
                live.integer("pollMs", 2_000, 50, 600_000));
        section.atLeast("quietMaxMs", reload.quietMaxMs, "reload.quietMs", reload.quietMs);
        return reload;
    }
}
