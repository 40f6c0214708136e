package io.reprise.tool;

import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Formats recalls and their times for models and people. */
final class RecallTimes {
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu 'at' HH:mm", Locale.ENGLISH);
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu 'at' HH:mm:ss", Locale.ENGLISH);
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);

    private RecallTimes() {}

    /** For example {@code every 30 seconds, next on Thursday, 26 November 2026 at 09:00 (Europe/Berlin)}. */
    static String when(Recall recall, String zone, long nowMs) {
        String next = at(recall.triggerAtMs(), zone, nowMs);
        RecallSchedule schedule = recall.schedule();
        return switch (schedule.kind()) {
            case IMMEDIATE -> "at once";
            case INTERVAL -> "every " + length(schedule.everyMs()) + ", next " + next;
            case CRON -> "by the cron rule `" + schedule.cron() + "`, next " + next;
            case ONCE, DELAY, NATURAL -> next;
        };
    }

    /** The same without the next time of a recurring recall: while it is paused there is none. */
    static String rule(Recall recall, String zone, long nowMs) {
        return switch (recall.schedule().kind()) {
            case INTERVAL -> "every " + length(recall.schedule().everyMs());
            case CRON -> "by the cron rule `" + recall.schedule().cron() + "`";
            case IMMEDIATE, ONCE, DELAY, NATURAL -> when(recall, zone, nowMs);
        };
    }

    /** The zone in which times of a recall are displayed: its own, else {@code zone}, else UTC. */
    static String zone(Recall recall, String zone) {
        return recall.schedule().zone() == null ? zone : recall.schedule().zone();
    }

    private static String at(long ms, String zone, long nowMs) {
        ZonedDateTime shown = Instant.ofEpochMilli(ms).atZone(known(zone));
        String time = "on " + (shown.getSecond() == 0 ? MINUTE : SECOND).format(shown) + " (" + shown.getZone() + ")";
        long aheadMs = ms - nowMs;
        return aheadMs <= 0 || aheadMs >= DAY_MS ? time : "in " + length(rounded(aheadMs)) + ", " + time;
    }

    private static ZoneId known(String zone) {
        try {
            return zone == null ? ZoneId.of("UTC") : ZoneId.of(zone.strip());
        } catch (DateTimeException e) {
            return ZoneId.of("UTC");
        }
    }

    /** Rounds to seconds below one hour, else to minutes. */
    private static long rounded(long ms) {
        long unitMs = ms < TimeUnit.HOURS.toMillis(1) ? 1_000 : 60_000;
        return Math.ceilDiv(ms, unitMs) * unitMs;
    }

    private static String length(long ms) {
        StringBuilder text = new StringBuilder();
        long leftMs = ms;
        for (Unit unit : Unit.values()) {
            long count = leftMs / unit.ms;
            leftMs %= unit.ms;
            if (count == 0) continue;
            text.append(text.isEmpty() ? "" : " ")
                    .append(count)
                    .append(' ')
                    .append(unit.name().toLowerCase(Locale.ROOT));
            if (count > 1) text.append('s');
        }
        return text.toString();
    }

    private enum Unit {
        DAY(86_400_000),
        HOUR(3_600_000),
        MINUTE(60_000),
        SECOND(1_000),
        MILLISECOND(1);

        private final long ms;

        Unit(long ms) {
            this.ms = ms;
        }
    }
}
