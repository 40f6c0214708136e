package io.reprise.support;

import java.time.DateTimeException;
import java.time.ZoneId;

/** Checks names of time zones from outside the server. */
public final class ZoneNames {
    /** All IANA names are shorter. */
    public static final int CHARS_MAX = 64;

    private ZoneNames() {}

    /** Whether the Java runtime knows a time zone of this name. */
    public static boolean isKnown(String name) {
        if (name == null || name.length() > CHARS_MAX) return false;
        try {
            ZoneId.of(name);
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
