package io.reprise.schedule;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A cron expression of five fields: minute, hour, day of month, month, day of week. If both days are given, a date
 * matches if either does.
 *
 * <p>Where the clocks change, a rule for certain hours ({@code 30 2 * * *}) runs once for each time that it names: a
 * time that the clocks skip runs at the moment of the change, a time that occurs twice runs the first time. A rule for
 * every hour ({@code 0,30 * * * *}) follows real time: no slot is skipped, and both occurrences of a repeated hour
 * count.
 *
 * <p>The cron library is only used with a calendar without time zones, because it would drop times that the clocks
 * skip.
 */
final class CronRule {
    private static final int CHARS_MAX = 100;
    private static final int FIELDS = 5;
    private static final int HOUR = 1;
    private static final Pattern BLANK = Pattern.compile("\\s+");

    private final String expression;
    private final boolean everyHour;
    private final ExecutionTime calendar;

    private CronRule(String expression, boolean everyHour, ExecutionTime calendar) {
        this.expression = expression;
        this.everyHour = everyHour;
        this.calendar = calendar;
    }

    /** @throws ScheduleException with a message that is safe to display */
    static CronRule parse(String text) {
        String[] fields = BLANK.split(text.strip());
        if (text.length() > CHARS_MAX || fields.length != FIELDS) {
            throw new ScheduleException("A cron expression has five fields: minute, hour, day of the month, month"
                    + " and day of the week, such as \"30 9 * * 1-5\".");
        }
        String expression = String.join(" ", fields).toUpperCase(Locale.ROOT);
        try {
            CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
            return new CronRule(
                    expression,
                    fields[HOUR].equals("*"),
                    ExecutionTime.forCron(parser.parse(expression).validate()));
        } catch (IllegalArgumentException e) {
            throw new ScheduleException(
                    "This is not a cron expression of five fields. Example: \"30 9 * * 1-5\" (at 09:30 from Monday to"
                            + " Friday).",
                    e);
        }
    }

    String expression() {
        return expression;
    }

    /** The first slot after {@code afterMs}; empty if the expression only names dates that do not exist. */
    OptionalLong nextMs(long afterMs, ZoneId zone) {
        Instant after = Instant.ofEpochMilli(afterMs);
        Optional<Instant> next = everyHour ? nextInRealTime(after, zone) : nextByTheClock(after, zone);
        return next.map(Instant::toEpochMilli).map(OptionalLong::of).orElseGet(OptionalLong::empty);
    }

    /** For rules for certain hours. In a repeated hour, local times that have already occurred are skipped. */
    private Optional<Instant> nextByTheClock(Instant after, ZoneId zone) {
        Optional<LocalDateTime> shown = nextShown(LocalDateTime.ofInstant(after, zone));
        while (shown.isPresent()) {
            Instant at = Zones.instant(shown.get(), zone);
            if (at.isAfter(after)) return Optional.of(at);
            shown = nextShown(shown.get());
        }
        return Optional.empty();
    }

    /**
     * For rules for every hour. Between two clock changes the offset is fixed; at a change the search starts again with
     * the new offset.
     */
    private Optional<Instant> nextInRealTime(Instant after, ZoneId zone) {
        Instant from = after;
        while (true) {
            ZoneOffset offset = zone.getRules().getOffset(from);
            Optional<Instant> next =
                    nextShown(LocalDateTime.ofInstant(from, offset)).map(shown -> shown.toInstant(offset));
            ZoneOffsetTransition change = zone.getRules().nextTransition(from);
            if (next.isEmpty() || change == null || next.get().isBefore(change.getInstant())) return next;
            from = change.getInstant();
            // The moment of the change already has the new offset.
            LocalDateTime shown = change.getDateTimeAfter();
            if (nextShown(shown.minusSeconds(1)).filter(shown::equals).isPresent()) return Optional.of(from);
        }
    }

    private Optional<LocalDateTime> nextShown(LocalDateTime after) {
        return calendar.nextExecution(after.atZone(ZoneOffset.UTC)).map(at -> at.toLocalDateTime());
    }
}
