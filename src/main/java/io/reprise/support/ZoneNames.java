package io.reprise.support;

import java.time.DateTimeException;
import java.time.ZoneId;

/** Names of time zones as they come from outside. */
public final class ZoneNames {
    /** No IANA name is longer. */
    public static final int CHARS_MAX = 64;

    private ZoneNames() {}

    /** Whether this machine knows a time zone by that name. */
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
