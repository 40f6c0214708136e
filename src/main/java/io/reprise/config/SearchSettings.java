package io.reprise.config;

import io.reprise.config.read.Section;

/** Settings and limits of the search. */
public record SearchSettings(int textBytesMax, int timeMs, int atOnceMax, int perUserMax) {
    static SearchSettings read(Section section) {
        Section live = section.live();
        return new SearchSettings(
                live.integer("textBytesMax", 65_536, 0, 1_048_576),
                live.integer("timeMs", 3_000, 50, 60_000),
                live.integer("atOnceMax", 3, 1, 100),
                live.integer("perUserMax", 2, 1, 100));
    }
}
