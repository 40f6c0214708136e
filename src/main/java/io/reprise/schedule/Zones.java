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

    /** @throws ScheduleException with a message that is safe to display */
    static ZoneId of(String name) {
        try {
            if (name != null && name.length() <= CHARS_MAX) return ZoneId.of(name.strip());
        } catch (DateTimeException e) {
            // The exception below reports it.
        }
        throw new ScheduleException("Unknown time zone. Use an IANA name, such as Europe/Berlin.");
    }

    /**
     * The instant of a local time. For a time that the clocks skip, the moment of the change; for a time that occurs
     * twice, the first.
     */
    static Instant instant(LocalDateTime shown, ZoneId zone) {
        ZoneOffsetTransition change = zone.getRules().getTransition(shown);
        if (change != null && change.isGap()) return change.getInstant();
        return shown.atZone(zone).toInstant();
    }
}
