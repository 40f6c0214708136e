package io.reprise.schedule;

import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parses recurring times: {@code every 30 seconds}, {@code hourly}, {@code every day at 09:00}, {@code every monday and
 * friday at 8am}, {@code every weekday morning}, {@code every month on the 1st at noon}.
 */
final class NaturalRepeat {
    private static final String DAYS = "(?<days>(?:(?:and )?" + Calendars.WEEKDAY + " ?)+)";
    private static final Pattern CALENDAR = Pattern.compile("(?:(?:every|each|on) )?(?:(?<daily>day|daily)"
            + "|(?<weekday>(?:week|work)days?)|" + DAYS
            + "|month(?:ly)? on the (?<date>\\d{1,2})(?:st|nd|rd|th)?|(?=morning|afternoon|evening|night))"
            + " ?" + ClockTime.PART + "?(?: ?(?:at )?" + ClockTime.PATTERN + ")?");
    private static final Pattern LENGTH = Pattern.compile("(?:every|each) (?<length>.+)");
    private static final Pattern REPEATS = Pattern.compile("(?:every|each|daily|hourly|monthly|weekdays)\\b.*");
    private static final Pattern UNIT = Pattern.compile("(?:second|minute|hour)");
    private static final Pattern SPACE = Pattern.compile("[ ]+(?:and )?");
    private static final int DAY_LAST = 31;

    private NaturalRepeat() {}

    /**
     * Empty if the words describe no recurring time.
     *
     * @throws ScheduleException with a message that is safe to display
     */
    static Optional<Schedule> find(String words, ZoneId zone) {
        if (!REPEATS.matcher(words).matches()) return Optional.empty();
        if (words.equals("hourly")) return Optional.of(new Interval(Amount.readMs("1 hour")));
        Matcher calendar = CALENDAR.matcher(words);
        if (calendar.matches()) return Optional.of(new Cron(rule(calendar), zone.getId()));
        Matcher length = LENGTH.matcher(words);
        if (!length.matches()) return Optional.empty();
        String each = length.group("length");
        return Optional.of(new Interval(Amount.readMs(UNIT.matcher(each).matches() ? "1 " + each : each)));
    }

    private static String rule(Matcher calendar) {
        LocalTime time = ClockTime.read(calendar, calendar.group("part"));
        if (time.getSecond() != 0) {
            throw new ScheduleException("A repeated time of day must be a whole minute.");
        }
        return "%s %s %s * %s".formatted(time.getMinute(), time.getHour(), date(calendar), weekdays(calendar));
    }

    private static String date(Matcher calendar) {
        String date = calendar.group("date");
        if (date == null) return "*";
        int day = Integer.parseInt(date);
        if (day < 1 || day > DAY_LAST) throw new ScheduleException("Invalid day of the month.");
        return Integer.toString(day);
    }

    private static String weekdays(Matcher calendar) {
        if (calendar.group("weekday") != null) return "1-5";
        String days = calendar.group("days");
        if (days == null) return "*";
        return SPACE.splitAsStream(days.strip())
                .filter(word -> !word.equals("and"))
                .map(word -> Integer.toString(Calendars.weekday(word).getValue() % 7))
                .distinct()
                .collect(Collectors.joining(","));
    }
}
