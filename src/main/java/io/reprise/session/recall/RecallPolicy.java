package io.reprise.session.recall;

import io.reprise.config.RecallSettings;
import io.reprise.message.ErrorCode;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.Recall.Action;
import io.reprise.message.recall.Recall.Pause;
import io.reprise.message.recall.Recall.Status;
import io.reprise.schedule.Schedule;
import io.reprise.schedule.Schedule.Missed;
import io.reprise.session.run.Ending;
import io.reprise.support.Backoff;
import io.reprise.support.Current;
import java.util.OptionalLong;

/**
 * What becomes of a recall when it is due, when its run has ended, and when somebody decides about it. Pure.
 *
 * <pre>
 *   outcome of the run              once                               recurring
 *   success, step limit, interrupt  fired                              rescheduled
 *   error                           again after a pause, then failed   rescheduled; too many in a row: cancelled
 *   its process died                failed                             rescheduled
 *   stopped                         cancelled                          rescheduled
 *   its owner's rights are gone     cancelled                          cancelled
 * </pre>
 *
 * One that brings the result of a call is never given up before its run, and over with it.
 */
public final class RecallPolicy {
    static final String BUSY = "busy";
    static final String MISSED = "missed";
    static final String ERROR = "error";
    static final String FAILURES = "failures";
    static final String INTERRUPTED = "interrupted";
    static final String STOPPED = "stopped";
    static final String FORBIDDEN = "forbidden";
    static final String CHAIN = "chain";
    static final String SESSIONS = "sessions";

    private final Current<RecallSettings> limits;
    private final Current<Backoff> retries;

    RecallPolicy(Current<RecallSettings> limits) {
        this.limits = limits;
        this.retries = limits.derive(now -> new Backoff(now.retryMs(), now.retryMaxMs()));
    }

    /** @param reason one word, or null if the action needs no explanation */
    record Change(Recall recall, Action action, String reason) {}

    /** The end of a run, from the point of view of its recall. */
    enum Result {
        SUCCESS,
        ERROR,
        DIED,
        STOPPED;

        static Result of(Ending ending) {
            return switch (ending) {
                case Ending.Succeeded succeeded -> SUCCESS;
                case Ending.Interrupted interrupted -> SUCCESS;
                case Ending.Cancelled cancelled -> STOPPED;
                case Ending.Failed failed when failed.code() == ErrorCode.STEP_LIMIT -> SUCCESS;
                case Ending.Failed failed when failed.code() == ErrorCode.INTERRUPTED -> DIED;
                case Ending.Failed failed -> ERROR;
            };
        }
    }

    /**
     * The recall is due and its session is idle. Missed slots are combined into one run, unless they are too late; a
     * delay caused by its own session does not count.
     */
    Change due(Recall recall, String run, long nowMs) {
        Missed missed = schedule(recall).missed(recall.slotMs(), Math.max(nowMs, recall.slotMs()));
        boolean tooLate = !recall.bringsResult()
                && recall.deferrals() == 0
                && nowMs - missed.latestMs() > limits.get().missedGraceMs();
        if (tooLate) return passOver(recall, Status.FAILED, MISSED, nowMs);
        return new Change(recall.missing(missed.before()).running(run, missed.latestMs()), Action.STARTED, null);
    }

    /**
     * The recall is due, but another run is active or waits for people.
     *
     * @param waitMs how long that may take at most; 0 if unknown
     */
    Change busy(Recall recall, long nowMs, long waitMs) {
        boolean givenUp =
                !recall.bringsResult() && recall.deferrals() >= limits.get().defersMax();
        if (givenUp) return passOver(recall, Status.FAILED, BUSY, nowMs);
        return new Change(
                recall.deferredTo(nowMs + Math.max(waitMs, limits.get().deferMs())), Action.DEFERRED, BUSY);
    }

    Change ended(Recall recall, Result result, long nowMs) {
        // What its run made of the result does not matter: it is in the session, and must not come twice.
        if (recall.bringsResult()) return over(recall, Status.FIRED, Action.FIRED, null);
        boolean recurring = schedule(recall).isRecurring();
        return switch (result) {
            case SUCCESS ->
                recurring ? next(recall.withFailures(0), null, nowMs) : over(recall, Status.FIRED, Action.FIRED, null);
            case ERROR -> failed(recall.withFailures(recall.failures() + 1), recurring, nowMs);
            case DIED ->
                recurring ? next(recall, INTERRUPTED, nowMs) : over(recall, Status.FAILED, Action.FAILED, INTERRUPTED);
            case STOPPED ->
                recurring ? next(recall, STOPPED, nowMs) : over(recall, Status.CANCELLED, Action.CANCELLED, STOPPED);
        };
    }

    Change rightsGone(Recall recall) {
        return over(recall, Status.CANCELLED, Action.CANCELLED, FORBIDDEN);
    }

    /** The new session for the slot exists, and runs on its own. */
    Change opened(Recall recall, long nowMs) {
        return schedule(recall).isRecurring()
                ? next(recall, null, nowMs)
                : over(recall, Status.FIRED, Action.FIRED, null);
    }

    Change tooManySessions(Recall recall, long nowMs) {
        return passOver(recall, Status.FAILED, SESSIONS, nowMs);
    }

    /** A user skips the next slot. */
    Change skip(Recall recall, long nowMs) {
        OptionalLong next = schedule(recall).nextSlot(recall.slotMs(), nowMs);
        return next.isPresent()
                ? new Change(recall.at(next.getAsLong()), Action.SKIPPED, null)
                : over(recall, Status.CANCELLED, Action.SKIPPED, null);
    }

    /** One whose run is active waits behind the slot of that run. */
    Change pause(Recall recall, Pause why, long nowMs) {
        String reason = why == Pause.CHAIN ? CHAIN : null;
        Recall next = recall.status() == Status.RUNNING ? behindRun(recall, nowMs) : recall;
        return new Change(next.paused(why), Action.PAUSED, reason);
    }

    private Recall behindRun(Recall recall, long nowMs) {
        OptionalLong next = schedule(recall).nextSlot(recall.slotMs(), nowMs);
        return next.isPresent() ? recall.at(next.getAsLong()) : recall;
    }

    /**
     * A recurring recall goes on with its first slot in the future; the slots that passed meanwhile are not made up for. A
     * recall that is due once and whose time has passed is due now.
     */
    Change resume(Recall recall, long nowMs) {
        if (recall.slotMs() > nowMs) return resumedAt(recall, recall.slotMs());
        OptionalLong next = schedule(recall).nextSlot(recall.slotMs(), nowMs);
        return resumedAt(recall, next.orElse(nowMs));
    }

    private static Change resumedAt(Recall recall, long slotMs) {
        return new Change(recall.at(slotMs), Action.RESUMED, null);
    }

    boolean isRecurring(Recall recall) {
        return schedule(recall).isRecurring();
    }

    Change cancel(Recall recall) {
        return over(recall, Status.CANCELLED, Action.CANCELLED, null);
    }

    private Change failed(Recall recall, boolean recurring, long nowMs) {
        boolean enough = recall.failures() >= limits.get().failuresMax();
        if (recurring) {
            return enough ? over(recall, Status.CANCELLED, Action.CANCELLED, FAILURES) : next(recall, ERROR, nowMs);
        }
        if (enough) return over(recall, Status.FAILED, Action.FAILED, ERROR);
        return new Change(recall.at(nowMs + retries.get().pauseMs(recall.failures())), Action.RESCHEDULED, ERROR);
    }

    /** The first slot in the future; slots that passed during the recall's own run are only counted. */
    private Change next(Recall recall, String reason, long nowMs) {
        Schedule schedule = schedule(recall);
        int passed = schedule.missed(recall.slotMs(), Math.max(nowMs, recall.slotMs()))
                .before();
        OptionalLong next = schedule.nextSlot(recall.slotMs(), nowMs);
        Recall counted = recall.missing(passed);
        return next.isPresent()
                ? new Change(counted.at(next.getAsLong()), Action.RESCHEDULED, reason)
                : over(counted, Status.FIRED, Action.FIRED, reason);
    }

    private Change passOver(Recall recall, Status end, String reason, long nowMs) {
        Schedule schedule = schedule(recall);
        int passed = schedule.missed(recall.slotMs(), Math.max(nowMs, recall.slotMs()))
                        .before()
                + 1;
        OptionalLong next = schedule.nextSlot(recall.slotMs(), nowMs);
        Recall counted = recall.missing(passed);
        return next.isPresent()
                ? new Change(counted.at(next.getAsLong()), Action.SKIPPED, reason)
                : over(counted, end, Action.SKIPPED, reason);
    }

    private static Change over(Recall recall, Status end, Action action, String reason) {
        return new Change(recall.over(end), action, reason);
    }

    private static Schedule schedule(Recall recall) {
        return RecallSchedules.of(recall.schedule());
    }
}
