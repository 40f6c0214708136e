package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * A message that an agent or a person left for later: when it is due, it starts a run of its session.
 *
 * @param text what the run begins with
 * @param slotMs the time that it is due by its schedule, milliseconds since the epoch; for one that is over, the last one
 * @param triggerAtMs when it is to fire for that slot: the slot, or later where it was deferred
 * @param deferrals of this slot, because the session was busy
 * @param failures runs in a row that ended in an error
 * @param missed slots that were passed over without a run
 * @param run the run of the slot, or of the last one; or null
 */
public record Recall(
        String id,
        String session,
        String user,
        String text,
        RecallSchedule schedule,
        Status status,
        long slotMs,
        long triggerAtMs,
        int deferrals,
        int failures,
        int missed,
        String run,
        long createdMs) {

    @JsonIgnore
    public boolean isPending() {
        return status == Status.PENDING;
    }

    /** Whether it will do anything more. */
    @JsonIgnore
    public boolean isOpen() {
        return status == Status.PENDING || status == Status.RUNNING;
    }

    public enum Status {
        PENDING,
        RUNNING,
        FIRED,
        CANCELLED,
        FAILED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What happened to it: {@code action} of {@code recall.updated}. */
    public enum Action {
        SCHEDULED,
        EDITED,
        DEFERRED,
        STARTED,
        FIRED,
        RESCHEDULED,
        SKIPPED,
        CANCELLED,
        FAILED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
