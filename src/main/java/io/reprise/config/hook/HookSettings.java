package io.reprise.config.hook;

import io.reprise.config.read.Section;

/**
 * Settings of hooks, with which other servers wake a session.
 *
 * @param perUserMax hooks of one user
 * @param callsPerMinute accepted calls of one hook; 0: no limit
 * @param bodyBytesMax longest body of a call
 * @param toleranceMs largest difference between the time stamp of a call and the server's clock
 * @param deliveryDays how long it is remembered which deliveries came
 */
public record HookSettings(int perUserMax, int callsPerMinute, int bodyBytesMax, int toleranceMs, int deliveryDays) {
    public static final String NAME = "hooks";

    public static HookSettings read(Section section) {
        Section live = section.live();
        return new HookSettings(
                live.integer("perUserMax", 50, 0, 1_000),
                live.integer("callsPerMinute", 60, 0, 100_000),
                live.integer("bodyBytesMax", 65_536, 1_024, 1_048_576),
                live.integer("toleranceMs", 300_000, 1_000, 3_600_000),
                live.integer("deliveryDays", 7, 1, 365));
    }
}
