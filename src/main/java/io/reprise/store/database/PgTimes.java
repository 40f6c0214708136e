package io.reprise.store.database;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** Converts between milliseconds since 1970 and {@code timestamptz}. */
public final class PgTimes {
    private PgTimes() {}

    /** Converts milliseconds to a time; null stays null. */
    public static OffsetDateTime toTimeOrNull(Long ms) {
        return ms == null ? null : toTime(ms);
    }

    /** Converts a time to milliseconds; null stays null. */
    public static Long toMsOrNull(OffsetDateTime time) {
        return time == null ? null : Long.valueOf(toMs(time));
    }

    public static OffsetDateTime toTime(long ms) {
        return OffsetDateTime.ofInstant(Instant.ofEpochMilli(ms), ZoneOffset.UTC);
    }

    public static long toMs(OffsetDateTime time) {
        return time.toInstant().toEpochMilli();
    }
}
