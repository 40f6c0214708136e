package io.reprise.session.store;

import io.reprise.message.Cause;
import io.reprise.message.ClientTool;
import io.reprise.message.ErrorCode;
import java.util.List;

/**
 * @param exact whether no event of the run was announced before it was stored
 * @param outcome null while the run is active
 * @param recall the recall whose slot it is, or null; a slot has at most one run
 * @param progress how it would resume
 * @param pauses orderly stops of the server during the run
 * @param cause why it started
 * @param tools that its client executes itself
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
        Pauses pauses,
        Cause cause,
        List<ClientTool> tools) {
    public RunRow {
        cause = Cause.orUnknown(cause);
        tools = tools == null ? List.of() : List.copyOf(tools);
    }

    /** A run whose client executes no tools. */
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
            Progress progress,
            Pauses pauses,
            Cause cause) {
        this(id, origin, firstSeq, startedMs, exact, outcome, code, recall, slotMs, progress, pauses, cause, null);
    }

    /** A run without pauses. */
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
        this(id, origin, firstSeq, startedMs, exact, outcome, code, recall, slotMs, progress, Pauses.NONE, null);
    }

    /** A run that no recall started, and that cannot resume. */
    public RunRow(
            String id, String origin, long firstSeq, long startedMs, boolean exact, String outcome, ErrorCode code) {
        this(id, origin, firstSeq, startedMs, exact, outcome, code, null, null, Progress.none(firstSeq));
    }

    /**
     * The row of the ended run.
     *
     * @param finalCode its error code, or null
     */
    public RunRow ended(String finalOutcome, ErrorCode finalCode) {
        return new RunRow(
                id,
                origin,
                firstSeq,
                startedMs,
                exact,
                finalOutcome,
                finalCode,
                recall,
                slotMs,
                progress,
                pauses,
                cause,
                tools);
    }

    /**
     * The row of the next attempt.
     *
     * @param toSeq last event of the log that it keeps
     */
    public RunRow again(long toSeq, boolean nextIsExact, long nowMs) {
        return with(progress.nextAttempt(toSeq), nextIsExact, pauses.over(nowMs));
    }

    public RunRow because(Cause its) {
        return new RunRow(
                id, origin, firstSeq, startedMs, exact, outcome, code, recall, slotMs, progress, pauses, its, tools);
    }

    /** The same run with these tools of its client; null for none. */
    public RunRow offering(List<ClientTool> its) {
        return new RunRow(
                id, origin, firstSeq, startedMs, exact, outcome, code, recall, slotMs, progress, pauses, cause, its);
    }

    public RunRow with(Progress its) {
        return with(its, exact, pauses);
    }

    /** The row while the server is stopped and the next one is to resume the run. */
    public RunRow suspended(long nowMs) {
        return with(progress, exact, pauses.begun(nowMs));
    }

    /** Whether a server that stopped in order has left the run, with all its events stored. */
    public boolean isSuspended() {
        return pauses.sinceMs() != null;
    }

    /** How many processes of the run were killed, including the last one. */
    public int crashes() {
        return progress.attempt() - pauses.count();
    }

    /** For how long servers have worked on the run so far, in milliseconds. */
    public long activeMs(long nowMs) {
        return nowMs - startedMs - pauses.over(nowMs).downMs();
    }

    private RunRow with(Progress its, boolean isExact, Pauses itsPauses) {
        return new RunRow(
                id, origin, firstSeq, startedMs, isExact, outcome, code, recall, slotMs, its, itsPauses, cause, tools);
    }
}
