package io.reprise.support;

import java.time.Instant;

/** Moments as the protocol writes them: RFC 3339, UTC. */
public final class Rfc3339 {
    /** The end of the year 9999, in milliseconds since the epoch. RFC 3339 cannot represent later moments. */
    public static final long LAST_MS = 253_402_300_799_000L;

    private Rfc3339() {}

    /** @param ms since the epoch */
    public static String text(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }

    /**
     * As above.
     *
     * @param ms null if there is none; so is the result
     */
    public static String textOrNull(Long ms) {
        return ms == null ? null : text(ms);
    }
}
