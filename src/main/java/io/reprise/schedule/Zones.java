package io.reprise.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;

/** Time zones and their local times. */
final class Zones {
    private static final int CHARS_MAX = 64;

    private Zones() {}

    /** @throws ScheduleException with a text that is safe to show */
    static ZoneId of(String name) {
        try {
            if (name != null && name.length() <= CHARS_MAX) return ZoneId.of(name.strip());
        } catch (DateTimeException e) {
            // Said below.
        }
        throw new ScheduleException("Unknown time zone. Use an IANA name, such as Europe/Berlin.");
    }

    /** A time that the clocks skip is the moment at which they have moved on; of one shown twice it is the first. */
    static Instant instant(LocalDateTime shown, ZoneId zone) {
        ZoneOffsetTransition change = zone.getRules().getTransition(shown);
        if (change != null && change.isGap()) return change.getInstant();
        return shown.atZone(zone).toInstant();
    }
}
