package io.reprise.schedule;

import java.time.DateTimeException;
import java.time.LocalTime;
import java.util.regex.Matcher;

/** Parses the time of day in a phrase, and the part of the day next to it. */
final class ClockTime {
    /** Has the groups {@code hour}, {@code minute}, {@code second}, {@code half}, {@code named} and {@code within}. */
    static final String PATTERN = "(?:(?<hour>\\d{1,2})(?:[:.](?<minute>\\d\\d)(?::(?<second>\\d\\d))?)?"
            + " ?(?<half>[ap]\\.?m\\b\\.?)?(?: ?o'?clock)?|(?<named>noon|midday|midnight))"
            + "(?: (?:in the|at) (?<within>morning|afternoon|evening|night))?";

    /** Has the group {@code part}. */
    static final String PART = "(?<part>morning|afternoon|evening|night)";

    private static final int NOON = 12;

    private ClockTime() {}

    /**
     * The time in a match.
     *
     * @param part part of the day, or null; without a time its usual time is used
     * @throws ScheduleException with a message that is safe to display
     */
    static LocalTime read(Matcher phrase, String part) {
        String within = phrase.group("within") == null ? part : phrase.group("within");
        if (phrase.group("named") != null) return named(phrase.group("named"), within);
        if (phrase.group("hour") == null) return usual(part);
        try {
            return LocalTime.of(hour(phrase, within), number(phrase.group("minute")), number(phrase.group("second")));
        } catch (DateTimeException e) {
            throw new ScheduleException("Invalid time of day.", e);
        }
    }

    private static LocalTime named(String name, String part) {
        if (name.equals("midnight") && part != null) throw twofold();
        return name.equals("midnight") ? LocalTime.MIDNIGHT : LocalTime.NOON;
    }

    static ScheduleException twofold() {
        return new ScheduleException("Midnight is ambiguous: specify the day and 00:00.");
    }

    private static LocalTime usual(String part) {
        if (part == null) throw new ScheduleException("The time of day is missing. Example: \"tomorrow at 09:00\".");
        return switch (part) {
            case "morning" -> LocalTime.of(9, 0);
            case "afternoon" -> LocalTime.of(15, 0);
            case "evening" -> LocalTime.of(18, 0);
            default -> LocalTime.of(20, 0);
        };
    }

    private static int hour(Matcher phrase, String part) {
        String written = phrase.group("hour");
        int hour = Integer.parseInt(written);
        String half = phrase.group("half");
        if (half != null) return ofTwelve(hour, half.startsWith("p"));
        boolean writtenOut = phrase.group("minute") != null || written.startsWith("0");
        if (hour > NOON || written.startsWith("0") || hour == 0) return hour;
        if (part != null) return ofTwelve(hour, !part.equals("morning"));
        if (writtenOut) return hour;
        throw new ScheduleException("%s is ambiguous: write it like 09:00, 9am or 9pm.".formatted(hour));
    }

    private static int ofTwelve(int hour, boolean afternoon) {
        if (hour < 1 || hour > NOON) throw new ScheduleException("Invalid time of day.");
        return hour % NOON + (afternoon ? NOON : 0);
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits);
    }
}
