package io.reprise.config;

import io.reprise.config.read.Section;
import io.reprise.message.AnonymousUsers;
import java.util.concurrent.TimeUnit;

/**
 * When sessions that nobody uses expire.
 *
 * @param ttlMinutes for people without a sign-in
 * @param userTtlMinutes for signed-in users; 0: never
 * @param graceMs time between the warning and the deletion
 */
public record ExpirySettings(int ttlMinutes, int userTtlMinutes, int graceMs) {
    static ExpirySettings read(Section section) {
        return new ExpirySettings(
                section.integer("ttlMinutes", 10, 1, 1_440),
                section.integer("userTtlMinutes", 0, 0, 525_600),
                section.integer("graceMs", 30_000, 100, 3_600_000));
    }

    /** For how long a session of this user may be idle, in milliseconds; 0: without limit. */
    public long ttlMs(String user) {
        return TimeUnit.MINUTES.toMillis(AnonymousUsers.isOne(user) ? ttlMinutes : userTtlMinutes);
    }
}
