package io.reprise.config;

import io.reprise.config.read.Section;

/** Settings and limits of the search. */
public record SearchSettings(int textBytesMax, int timeMs, int atOnceMax, int perUserMax) {
    static SearchSettings read(Section section) {
        return new SearchSettings(
                section.integer("textBytesMax", 65_536, 0, 1_048_576),
                section.integer("timeMs", 3_000, 50, 60_000),
                section.integer("atOnceMax", 3, 1, 100),
                section.integer("perUserMax", 2, 1, 100));
    }
}
