package io.reprise.message.recall;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * A message that is scheduled for later: when it is due, it starts a run in its session.
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

    /** Whether it is still active. */
    @JsonIgnore
    public boolean isOpen() {
        return status == Status.PENDING || status == Status.RUNNING;
    }

    /** Waits for a slot. */
    public Recall at(long slot) {
        return with(Status.PENDING, slot, slot, 0);
    }

    /** Waits longer for the same slot. */
    public Recall deferredTo(long triggerMs) {
        return with(Status.PENDING, slotMs, triggerMs, deferrals + 1);
    }

    public Recall over(Status end) {
        return with(end, slotMs, triggerAtMs, deferrals);
    }

    /** The run that the slot started; in {@code slot} all are gathered that were due. */
    public Recall running(String newRun, long slot) {
        return new Recall(
                id, session, user, text, schedule, Status.RUNNING, slot, slot, 0, failures, missed, newRun, createdMs);
    }

    public Recall withFailures(int count) {
        return counting(count, missed);
    }

    /** Slots more were passed over. */
    public Recall missing(int more) {
        return counting(failures, (int) Math.min(Integer.MAX_VALUE, (long) missed + more));
    }

    public Recall saying(String newText) {
        return asking(newText, schedule);
    }

    public Recall due(RecallSchedule newSchedule) {
        return asking(text, newSchedule);
    }

    private Recall asking(String newText, RecallSchedule newSchedule) {
        return new Recall(
                id,
                session,
                user,
                newText,
                newSchedule,
                status,
                slotMs,
                triggerAtMs,
                deferrals,
                failures,
                missed,
                run,
                createdMs);
    }

    private Recall counting(int failureCount, int missedCount) {
        return new Recall(
                id,
                session,
                user,
                text,
                schedule,
                status,
                slotMs,
                triggerAtMs,
                deferrals,
                failureCount,
                missedCount,
                run,
                createdMs);
    }

    private Recall with(Status newStatus, long slot, long triggerMs, int deferred) {
        return new Recall(
                id, session, user, text, schedule, newStatus, slot, triggerMs, deferred, failures, missed, run,
                createdMs);
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
