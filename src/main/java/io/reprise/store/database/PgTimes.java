package io.reprise.store.database;

import io.reprise.support.Rfc3339;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** Converts between milliseconds or microseconds since 1970 and {@code timestamptz}. */
public final class PgTimes {
    private static final long FIRST_MS =
            OffsetDateTime.of(1, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC).toInstant().toEpochMilli();

    private PgTimes() {}

    /** Converts milliseconds to a time; null stays null. */
    public static OffsetDateTime toTimeOrNull(Long ms) {
        return ms == null ? null : toTime(ms);
    }

    /** Converts a time to microseconds, the unit of the database. */
    public static long toMicros(OffsetDateTime time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
    }

    /** Converts microseconds to a time; null stays null. */
    public static OffsetDateTime ofMicrosOrNull(Long micros) {
        return micros == null
                ? null
                : Instant.EPOCH.plus(micros, ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
    }

    /** Converts a time to milliseconds; null stays null. */
    public static Long toMsOrNull(OffsetDateTime time) {
        return time == null ? null : Long.valueOf(toMs(time));
    }

    public static OffsetDateTime toTime(long ms) {
        return OffsetDateTime.ofInstant(Instant.ofEpochMilli(ms), ZoneOffset.UTC);
    }

    /** {@code infinity} and {@code -infinity} are the last and the first moment of the years 1 to 9999. */
    public static long toMs(OffsetDateTime time) {
        if (time.equals(OffsetDateTime.MAX)) return Rfc3339.LAST_MS;
        if (time.equals(OffsetDateTime.MIN)) return FIRST_MS;
        return time.toInstant().toEpochMilli();
    }
}
