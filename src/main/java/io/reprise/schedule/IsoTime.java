package io.reprise.schedule;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses dates and times of ISO 8601 and RFC 3339. */
final class IsoTime {
    private static final Pattern FORM = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d)(?:[tT ]| at )(\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d{1,9})?)?) ?([zZ]|[+-]\\d\\d:?\\d\\d)?");

    private IsoTime() {}

    /**
     * Empty if the text does not have this form.
     *
     * @throws ScheduleException if the time does not exist
     */
    static Optional<Long> find(String text, ZoneId zone, long nowMs) {
        Matcher form = FORM.matcher(text.strip());
        if (!form.matches()) return Optional.empty();
        try {
            LocalDateTime shown = LocalDate.parse(form.group(1)).atTime(LocalTime.parse(form.group(2)));
            String offset = form.group(3);
            if (offset == null) return Optional.of(ahead(shown, zone, nowMs));
            return Optional.of(shown.toInstant(ZoneOffset.of(offset.equals("z") ? "Z" : offset))
                    .toEpochMilli());
        } catch (DateTimeException e) {
            throw new ScheduleException("Invalid date or time.", e);
        }
    }

    /**
     * Converts a local time. If it occurs twice, returns the first occurrence, unless only the second is in the future.
     */
    static long ahead(LocalDateTime shown, ZoneId zone, long nowMs) {
        Instant first = Zones.instant(shown, zone);
        ZoneOffsetTransition change = zone.getRules().getTransition(shown);
        if (change == null || change.isGap() || first.toEpochMilli() > nowMs) return first.toEpochMilli();
        return shown.toInstant(change.getOffsetAfter()).toEpochMilli();
    }
}
