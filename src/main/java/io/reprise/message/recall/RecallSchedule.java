package io.reprise.message.recall;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * When a recall is due, as plain data; what it means is the matter of the package {@code schedule}. Each kind has one
 * field of its own, the others are null. A recall that is scheduled has the first kind of those in {@link Kind} that says
 * the same: a delay and most natural times have become a {@code once}.
 *
 * @param at of {@code once}: RFC 3339
 * @param afterMs of {@code delay}: from now
 * @param when of {@code natural}: words such as "tomorrow at 09:00"
 * @param everyMs of {@code interval}
 * @param cron of {@code cron}: five fields
 * @param zone IANA name of the time zone that {@code natural} and {@code cron} are meant in, and that the recall was made in
 *     whatever its kind; null: the server's setting
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record RecallSchedule(Kind kind, String at, Long afterMs, String when, Long everyMs, String cron, String zone) {
    public static RecallSchedule once(String at) {
        return new RecallSchedule(Kind.ONCE, at, null, null, null, null, null);
    }

    public static RecallSchedule delay(long afterMs) {
        return new RecallSchedule(Kind.DELAY, null, afterMs, null, null, null, null);
    }

    public static RecallSchedule natural(String when, String zone) {
        return new RecallSchedule(Kind.NATURAL, null, null, when, null, null, zone);
    }

    public static RecallSchedule interval(long everyMs) {
        return new RecallSchedule(Kind.INTERVAL, null, null, null, everyMs, null, null);
    }

    public static RecallSchedule cron(String cron, String zone) {
        return new RecallSchedule(Kind.CRON, null, null, null, null, cron, zone);
    }

    public static RecallSchedule immediate() {
        return new RecallSchedule(Kind.IMMEDIATE, null, null, null, null, null, null);
    }

    /** The same, made in another time zone. */
    public RecallSchedule in(String itsZone) {
        return new RecallSchedule(kind, at, afterMs, when, everyMs, cron, itsZone);
    }

    public enum Kind {
        ONCE,
        INTERVAL,
        CRON,
        IMMEDIATE,
        /** Only in requests. */
        DELAY,
        /** Only in requests. */
        NATURAL;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
