package io.reprise.catalog;

import java.util.Locale;

/** Where an entry comes from. Only those of the database can be changed over the API. */
public enum Origin {
    /** The settings below {@code model}, or what the server brings along. */
    SETTINGS,
    FILE,
    DATABASE;

    /** In the API and in the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Origin of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
