package io.reprise.account;

import java.time.Instant;

/**
 * What a person prefers, wherever they are signed in.
 *
 * @param quiet when they are not notified; or null: at no time
 */
public record Preferences(QuietHours quiet) {
    public static final Preferences USUAL = new Preferences(null);

    /** Whether they are not to be notified at that moment. */
    public boolean isQuiet(Instant moment) {
        return quiet != null && quiet.cover(moment);
    }
}
