package io.reprise.schedule;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses durations: {@code 10 seconds}, {@code an hour and a half}, {@code 2h 30m}, {@code PT10S}. */
final class Amount {
    private static final Map<String, Integer> WORDS = Map.ofEntries(
            Map.entry("a", 1),
            Map.entry("an", 1),
            Map.entry("one", 1),
            Map.entry("two", 2),
            Map.entry("three", 3),
            Map.entry("four", 4),
            Map.entry("five", 5),
            Map.entry("six", 6),
            Map.entry("seven", 7),
            Map.entry("eight", 8),
            Map.entry("nine", 9),
            Map.entry("ten", 10),
            Map.entry("eleven", 11),
            Map.entry("twelve", 12),
            Map.entry("fifteen", 15),
            Map.entry("twenty", 20),
            Map.entry("thirty", 30),
            Map.entry("forty", 40),
            Map.entry("fifty", 50),
            Map.entry("sixty", 60));

    private static final String NUMBER = "\\d{1,9}(?:\\.\\d{1,3})?|(?:" + String.join("|", WORDS.keySet()) + ")(?= )";
    private static final String UNIT =
            "milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w";
    private static final Pattern PART = Pattern.compile(
            "(?<half>half )?(?<number>" + NUMBER + ") ?(?<unit>" + UNIT + ")\\b(?<more> and a half\\b)?");
    private static final Pattern BETWEEN = Pattern.compile("(,| and|, and)? ?");
    private static final Pattern BLANK = Pattern.compile("\\s+");
    /** A hundred years. This exceeds every horizon, and calculations with it do not overflow. */
    private static final long MS_MAX = 36_525L * 86_400_000;

    private static final String HELP =
            "This is not a duration. Examples: \"10 seconds\", \"2 hours and 30 minutes\" or \"3 days\".";

    private Amount() {}

    /** @throws ScheduleException with a message that is safe to display */
    static long readMs(String text) {
        String said = BLANK.matcher(text.strip()).replaceAll(" ").toLowerCase(Locale.ROOT);
        try {
            long ms = said.startsWith("p") ? Duration.parse(said).toMillis() : sumMs(said);
            if (ms > 0) return Math.min(ms, MS_MAX);
        } catch (ArithmeticException | DateTimeException e) {
            throw new ScheduleException(HELP, e);
        }
        throw new ScheduleException(HELP);
    }

    private static long sumMs(String said) {
        Matcher part = PART.matcher(said);
        long sumMs = 0;
        int end = 0;
        while (part.find(end) && isBetween(said.substring(end, part.start()), end)) {
            sumMs = Math.addExact(sumMs, partMs(part));
            end = part.end();
        }
        return end == said.length() ? sumMs : 0;
    }

    private static boolean isBetween(String text, int end) {
        return end == 0 ? text.isEmpty() : BETWEEN.matcher(text).matches();
    }

    private static long partMs(Matcher part) {
        String number = part.group("number");
        Integer word = WORDS.get(number);
        BigDecimal count = word == null ? new BigDecimal(number) : BigDecimal.valueOf(word);
        BigDecimal half = new BigDecimal("0.5");
        if (part.group("half") != null) count = count.multiply(half);
        if (part.group("more") != null) count = count.add(half);
        return count.multiply(BigDecimal.valueOf(unitMs(part.group("unit")))).longValueExact();
    }

    private static long unitMs(String unit) {
        if (unit.startsWith("ms") || unit.startsWith("milli")) return 1;
        return switch (unit.charAt(0)) {
            case 's' -> 1_000;
            case 'm' -> 60_000;
            case 'h' -> 3_600_000;
            case 'd' -> 86_400_000;
            default -> 604_800_000;
        };
    }
}
