package io.reprise.account;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * A time of each day at which a person is not notified.
 *
 * @param from its beginning
 * @param to its end, which does not belong to it; earlier than {@code from}: on the next day
 * @param zone where these times are meant
 */
public record QuietHours(LocalTime from, LocalTime to, ZoneId zone) {
    public QuietHours {
        if (from.equals(to)) throw new IllegalArgumentException("they begin and end at the same time");
    }

    /** Whether it is quiet at that moment. */
    public boolean cover(Instant moment) {
        LocalTime time = LocalTime.ofInstant(moment, zone);
        boolean begun = !time.isBefore(from);
        boolean over = !time.isBefore(to);
        return from.isBefore(to) ? begun && !over : begun || !over;
    }
}
