package io.reprise.message.recall;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import io.reprise.message.Cause;
import java.util.Locale;

/**
 * A message that is scheduled for later: when it is due, it starts a run in its session.
 *
 * @param text first message of the run
 * @param context what its run sees of the conversation; null stands for all, as in what was stored before there was a
 *     choice
 * @param target where its run takes place
 * @param parent the recall that made this one together with its session, or null
 * @param pause why it is paused; null if it is not
 * @param slotMs time at which it is due by its schedule, milliseconds since the epoch; for a finished recall, the last
 *     slot
 * @param triggerAtMs when it fires for that slot: the slot, or later if it was deferred
 * @param deferrals of this slot, because the session was busy
 * @param failures consecutive runs that ended in an error
 * @param missed slots without a run
 * @param run the run of the slot, or of the last one; or null
 * @param cause who scheduled it
 * @param call whose result it brings; null: it was scheduled by somebody
 */
public record Recall(
        String id,
        String session,
        String user,
        String text,
        RecallSchedule schedule,
        RecallContext context,
        RecallTarget target,
        String parent,
        Status status,
        Pause pause,
        long slotMs,
        long triggerAtMs,
        int deferrals,
        int failures,
        int missed,
        String run,
        long createdMs,
        Cause cause,
        RecallCall call) {
    public Recall {
        cause = Cause.orUnknown(cause).unattended();
        if (context == null) context = RecallContext.ALL;
        if (target == null) target = RecallTarget.THIS;
    }

    /** A recall that somebody has scheduled. */
    public Recall(
            String id,
            String session,
            String user,
            String text,
            RecallSchedule schedule,
            RecallContext context,
            RecallTarget target,
            String parent,
            Status status,
            Pause pause,
            long slotMs,
            long triggerAtMs,
            int deferrals,
            int failures,
            int missed,
            String run,
            long createdMs,
            Cause cause) {
        this(
                id,
                session,
                user,
                text,
                schedule,
                context,
                target,
                parent,
                status,
                pause,
                slotMs,
                triggerAtMs,
                deferrals,
                failures,
                missed,
                run,
                createdMs,
                cause,
                null);
    }

    /** A recall whose run sees the whole conversation. */
    public Recall(
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
        this(
                id,
                session,
                user,
                text,
                schedule,
                RecallContext.ALL,
                RecallTarget.THIS,
                null,
                status,
                null,
                slotMs,
                triggerAtMs,
                deferrals,
                failures,
                missed,
                run,
                createdMs,
                null);
    }

    @JsonIgnore
    public boolean isPending() {
        return status == Status.PENDING;
    }

    /** Whether it is still active. */
    @JsonIgnore
    public boolean isOpen() {
        return status == Status.PENDING || status == Status.RUNNING || status == Status.PAUSED;
    }

    @JsonIgnore
    public boolean isPaused() {
        return status == Status.PAUSED;
    }

    /** Whether it brings the result of a call, and not what somebody has scheduled. */
    @JsonIgnore
    public boolean bringsResult() {
        return call != null;
    }

    /** Whether its call has no result yet. */
    @JsonIgnore
    public boolean awaitsResult() {
        return pause == Pause.CALL;
    }

    /** This recall, which is not due until it is resumed. */
    public Recall paused(Pause why) {
        return with(Status.PAUSED, why, slotMs, slotMs, 0);
    }

    /** This recall, pending for a slot. */
    public Recall at(long slot) {
        return with(Status.PENDING, null, slot, slot, 0);
    }

    /** This recall, deferred for the same slot. */
    public Recall deferredTo(long triggerMs) {
        return with(Status.PENDING, null, slotMs, triggerMs, deferrals + 1);
    }

    public Recall over(Status end) {
        return with(end, null, slotMs, triggerAtMs, deferrals);
    }

    /** This recall with an active run, which handles all slots that were due up to {@code slot}. */
    public Recall running(String newRun, long slot) {
        return with(Status.RUNNING, null, slot, slot, 0).with(failures, missed, newRun);
    }

    public Recall withFailures(int count) {
        return with(count, missed, run);
    }

    /** This recall with {@code more} missed slots. */
    public Recall missing(int more) {
        return with(failures, (int) Math.min(Integer.MAX_VALUE, (long) missed + more), run);
    }

    public Recall saying(String newText) {
        return asking(newText, schedule, context, target);
    }

    public Recall due(RecallSchedule newSchedule) {
        return asking(text, newSchedule, context, target);
    }

    public Recall seeing(RecallContext newContext) {
        return asking(text, schedule, newContext, target);
    }

    public Recall answering(RecallTarget newTarget) {
        return asking(text, schedule, context, newTarget);
    }

    private Recall asking(
            String newText, RecallSchedule newSchedule, RecallContext newContext, RecallTarget newTarget) {
        return new Recall(
                id,
                session,
                user,
                newText,
                newSchedule,
                newContext,
                newTarget,
                parent,
                status,
                pause,
                slotMs,
                triggerAtMs,
                deferrals,
                failures,
                missed,
                run,
                createdMs,
                cause,
                call);
    }

    private Recall with(int failureCount, int missedCount, String lastRun) {
        return new Recall(
                id,
                session,
                user,
                text,
                schedule,
                context,
                target,
                parent,
                status,
                pause,
                slotMs,
                triggerAtMs,
                deferrals,
                failureCount,
                missedCount,
                lastRun,
                createdMs,
                cause,
                call);
    }

    private Recall with(Status newStatus, Pause why, long slot, long triggerMs, int deferred) {
        return new Recall(
                id, session, user, text, schedule, context, target, parent, newStatus, why, slot, triggerMs, deferred,
                failures, missed, run, createdMs, cause, call);
    }

    public enum Status {
        PENDING,
        RUNNING,
        /** Not due until it is resumed. */
        PAUSED,
        FIRED,
        CANCELLED,
        FAILED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why a recall is paused. */
    public enum Pause {
        /** A user or the agent paused it. */
        ASKED,
        /** Too many runs in a row were started by recalls. A message of the user resumes it. */
        CHAIN,
        /** It brings the result of a call, and there is none yet. */
        CALL;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What happened to the recall: {@code action} of {@code recall.updated}. */
    public enum Action {
        SCHEDULED,
        EDITED,
        DEFERRED,
        STARTED,
        FIRED,
        RESCHEDULED,
        SKIPPED,
        PAUSED,
        RESUMED,
        CANCELLED,
        FAILED;

        @JsonValue
        public String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
