package io.reprise.session.store;

import io.reprise.message.ErrorCode;

/**
 * @param exact nothing of it was announced before it was stored
 * @param outcome null while it runs
 * @param recall whose slot it is, or null; a slot has one run at most
 * @param progress how it would go on
 * @param pauses when the server was stopped in order while it ran
 */
public record RunRow(
        String id,
        String origin,
        long firstSeq,
        long startedMs,
        boolean exact,
        String outcome,
        ErrorCode code,
        String recall,
        Long slotMs,
        Progress progress,
        Pauses pauses) {
    /** Of a run that no server that stopped has left. */
    public RunRow(
            String id,
            String origin,
            long firstSeq,
            long startedMs,
            boolean exact,
            String outcome,
            ErrorCode code,
            String recall,
            Long slotMs,
            Progress progress) {
        this(id, origin, firstSeq, startedMs, exact, outcome, code, recall, slotMs, progress, Pauses.NONE);
    }

    /** Of a run that no recall started, and that cannot go on. */
    public RunRow(
            String id, String origin, long firstSeq, long startedMs, boolean exact, String outcome, ErrorCode code) {
        this(id, origin, firstSeq, startedMs, exact, outcome, code, null, null, Progress.none(firstSeq));
    }

    /**
     * Its run is over.
     *
     * @param finalCode of its error, or null
     */
    public RunRow ended(String finalOutcome, ErrorCode finalCode) {
        return new RunRow(
                id, origin, firstSeq, startedMs, exact, finalOutcome, finalCode, recall, slotMs, progress, pauses);
    }

    /**
     * Its next attempt.
     *
     * @param toSeq what that goes on with of the log
     */
    public RunRow again(long toSeq, boolean nextIsExact, long nowMs) {
        return with(progress.nextAttempt(toSeq), nextIsExact, pauses.over(nowMs));
    }

    public RunRow with(Progress its) {
        return with(its, exact, pauses);
    }

    /** The server stops: the next one goes on with it. */
    public RunRow suspended(long nowMs) {
        return with(progress, exact, pauses.begun(nowMs));
    }

    /** A server that stopped has left it, with everything of it stored. */
    public boolean isSuspended() {
        return pauses.sinceMs() != null;
    }

    /** How often its process died under it, this time included. */
    public int crashes() {
        return progress.attempt() - pauses.count();
    }

    /** How long a server has had it until now. */
    public long activeMs(long nowMs) {
        return nowMs - startedMs - pauses.over(nowMs).downMs();
    }

    private RunRow with(Progress its, boolean isExact, Pauses itsPauses) {
        return new RunRow(id, origin, firstSeq, startedMs, isExact, outcome, code, recall, slotMs, its, itsPauses);
    }
}
