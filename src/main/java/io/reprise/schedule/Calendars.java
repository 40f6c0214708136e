package io.reprise.schedule;

import java.time.DayOfWeek;
import java.time.Month;
import java.util.Locale;

/** The names of days and months. */
final class Calendars {
    static final String WEEKDAY =
            "(?>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?";

    static final String MONTH = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
            + "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)";

    private static final int LETTERS = 3;

    private Calendars() {}

    static DayOfWeek weekday(String name) {
        for (DayOfWeek day : DayOfWeek.values()) if (isShortFor(day.name(), name)) return day;
        throw new IllegalArgumentException(name);
    }

    static Month month(String name) {
        for (Month month : Month.values()) if (isShortFor(month.name(), name)) return month;
        throw new IllegalArgumentException(name);
    }

    private static boolean isShortFor(String whole, String name) {
        return whole.toLowerCase(Locale.ROOT).startsWith(name.substring(0, LETTERS));
    }
}
