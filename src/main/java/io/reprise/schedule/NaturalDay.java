package io.reprise.schedule;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Parses a day and a time of day: {@code tomorrow at 09:00}, {@code 5pm}, {@code on friday at 14:00}, {@code 1 december
 * noon}, {@code tonight}. A weekday or date means the next one in the future; {@code next friday} is never today.
 */
final class NaturalDay {
    private static final String DAY = "(?<relative>today|tonight|this|tomorrow|(?:the )?day after tomorrow)"
            + "|(?:on )?(?<which>this |next |coming )?(?<weekday>" + Calendars.WEEKDAY + ")"
            + "|(?:on )?(?<iso>\\d{4}-\\d\\d-\\d\\d)"
            + "|(?:on )?(?:the )?(?<day>\\d{1,2})(?:st|nd|rd|th)?(?: of)? (?<month>" + Calendars.MONTH
            + ")(?: (?<year>\\d{4}))?"
            + "|(?:on )?(?<month2>" + Calendars.MONTH + ") (?<day2>\\d{1,2})(?:st|nd|rd|th)?(?: (?<year2>\\d{4}))?";

    private static final Pattern DAY_FIRST =
            Pattern.compile("(?:" + DAY + ")(?: " + ClockTime.PART + ")?(?:(?: at)? " + ClockTime.PATTERN + ")?");
    private static final Pattern TIME_FIRST =
            Pattern.compile("(?:at )?" + ClockTime.PATTERN + "(?: (?:" + DAY + ")(?: " + ClockTime.PART + ")?)?");

    private final Matcher phrase;
    private final ZoneId zone;
    private final long nowMs;
    private final LocalDate today;

    private NaturalDay(Matcher phrase, ZoneId zone, long nowMs) {
        this.phrase = phrase;
        this.zone = zone;
        this.nowMs = nowMs;
        this.today = LocalDate.ofInstant(Instant.ofEpochMilli(nowMs), zone);
    }

    /**
     * The time, which may be in the past; empty if the words have another form.
     *
     * @throws ScheduleException with a message that is safe to display
     */
    static Optional<Long> find(String words, ZoneId zone, long nowMs) {
        return Stream.of(DAY_FIRST, TIME_FIRST)
                .map(pattern -> pattern.matcher(words))
                .filter(Matcher::matches)
                .filter(phrase -> !"this".equals(phrase.group("relative")) || phrase.group("part") != null)
                .findFirst()
                .map(phrase -> new NaturalDay(phrase, zone, nowMs).atMs());
    }

    private long atMs() {
        boolean tonight = "tonight".equals(phrase.group("relative"));
        LocalTime time = ClockTime.read(phrase, tonight ? "night" : phrase.group("part"));
        boolean anyDay = phrase.group("relative") == null
                && phrase.group("weekday") == null
                && phrase.group("iso") == null
                && monthName() == null;
        if ("midnight".equals(phrase.group("named")) && !anyDay) throw ClockTime.twofold();
        try {
            if (anyDay) return firstAhead(today, time, day -> day.plusDays(1));
            if (phrase.group("weekday") != null) return weekday(time);
            if (monthName() != null) return date(time);
            return at(relative(), time);
        } catch (DateTimeException e) {
            throw new ScheduleException("Invalid date.", e);
        }
    }

    private LocalDate relative() {
        if (phrase.group("iso") != null) return LocalDate.parse(phrase.group("iso"));
        return switch (phrase.group("relative")) {
            case "tomorrow" -> today.plusDays(1);
            case "today", "tonight", "this" -> today;
            default -> today.plusDays(2);
        };
    }

    private long weekday(LocalTime time) {
        DayOfWeek weekday = Calendars.weekday(phrase.group("weekday"));
        if ("next ".equals(phrase.group("which"))) return at(today.with(TemporalAdjusters.next(weekday)), time);
        LocalDate first = today.with(TemporalAdjusters.nextOrSame(weekday));
        return firstAhead(first, time, day -> day.plusWeeks(1));
    }

    private long date(LocalTime time) {
        Month month = Calendars.month(monthName());
        int day = Integer.parseInt(either("day", "day2"));
        String year = either("year", "year2");
        LocalDate date = LocalDate.of(year == null ? today.getYear() : Integer.parseInt(year), month, day);
        return year == null ? firstAhead(date, time, before -> before.plusYears(1)) : at(date, time);
    }

    private String monthName() {
        return either("month", "month2");
    }

    private String either(String group, String other) {
        return phrase.group(group) == null ? phrase.group(other) : phrase.group(group);
    }

    private long firstAhead(LocalDate day, LocalTime time, UnaryOperator<LocalDate> later) {
        long atMs = at(day, time);
        return atMs > nowMs ? atMs : at(later.apply(day), time);
    }

    private long at(LocalDate day, LocalTime time) {
        return IsoTime.ahead(day.atTime(time), zone, nowMs);
    }
}
