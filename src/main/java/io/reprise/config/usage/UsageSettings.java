package io.reprise.config.usage;

import io.reprise.config.read.Section;

/**
 * What is kept of the use of models.
 *
 * @param currency in which prices are given; only shown
 * @param keptDays how long the use of models is kept
 * @param flushMs after this time calls that ended are recorded in the database
 * @param waitingMax most calls that wait for a database that is away; the oldest are given up then
 */
public record UsageSettings(String currency, int keptDays, int flushMs, int waitingMax) {
    private static final int CURRENCY_CHARACTERS_MAX = 8;

    public static UsageSettings read(Section section) {
        Section live = section.live();
        return new UsageSettings(
                live.text(
                        "currency",
                        "USD",
                        "1 to " + CURRENCY_CHARACTERS_MAX + " characters",
                        text -> !text.isBlank() && text.length() <= CURRENCY_CHARACTERS_MAX),
                live.integer("keptDays", 400, 1, 3_650),
                live.integer("flushMs", 500, 10, 60_000),
                live.integer("waitingMax", 10_000, 100, 1_000_000));
    }
}
