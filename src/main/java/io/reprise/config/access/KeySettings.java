package io.reprise.config.access;

import io.reprise.config.read.Section;

/**
 * Settings of API keys.
 *
 * @param perUserMax keys of one user
 * @param daysMax longest life of a key; 0: it may have no end
 * @param requestsPerMinute of every key; 0: no limit
 * @param requestsPerDay of every key, in days of UTC; 0: no limit
 * @param flushMs pause between records of their use
 */
public record KeySettings(int perUserMax, int daysMax, int requestsPerMinute, int requestsPerDay, int flushMs) {
    public static final String NAME = "keys";

    public static KeySettings read(Section section) {
        Section live = section.live();
        return new KeySettings(
                live.integer("perUserMax", 20, 0, 1_000),
                live.integer("daysMax", 0, 0, 3_650),
                live.integer("requestsPerMinute", 600, 0, 1_000_000),
                live.integer("requestsPerDay", 0, 0, 1_000_000_000),
                live.integer("flushMs", 5_000, 100, 60_000));
    }
}
