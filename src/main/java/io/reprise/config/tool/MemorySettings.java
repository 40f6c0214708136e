package io.reprise.config.tool;

import io.reprise.config.read.Section;

/**
 * Settings of the memory: notes about users.
 *
 * @param enabled false: there is no tool, and the REST API only lists, exports and deletes what is there
 * @param perUserMax notes of one user
 * @param textBytesMax longest note
 * @param resultsMax longest list that the tool answers with
 */
public record MemorySettings(boolean enabled, int perUserMax, int textBytesMax, int resultsMax) {
    public static final String NAME = "memory";

    public static MemorySettings read(Section section) {
        Section live = section.live();
        return new MemorySettings(
                live.bool("enabled", true),
                live.integer("perUserMax", 500, 1, 2_000),
                live.integer("textBytesMax", 2_048, 64, 16_384),
                live.integer("resultsMax", 20, 1, 200));
    }
}
