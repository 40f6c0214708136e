package io.reprise.session.store;

import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.CommandResult;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.message.recall.Recall;
import io.reprise.session.run.RunOrigin;
import io.reprise.session.run.RunState;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Port: where sessions are kept. Expected outcomes are values; a failed future means that the store is away, or
 * {@link Busy}, and that the outcome is unknown. Every write is one transaction.
 */
public interface EventStore {
    /**
     * The wait for a free connection, or for an answer, was too long, although the store answers others: it is not away,
     * and the same may be asked again.
     */
    final class Busy extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Busy(Throwable cause) {
            super("the store is busy: " + cause, cause, false, false);
        }
    }

    /** Takes shards for a node with one new owner number, larger than every number before it. */
    Future<Long> takeShards(String node, List<Integer> shards);

    /** Every session with a run that has not ended, or with a waiting message that no open interrupt keeps waiting. */
    Future<List<String>> unfinishedSessions();

    /**
     * Claims the session for the owner number and then reads it. The version goes up, so that an append of an earlier
     * object under the same number, still on its way, finds nothing to append to.
     */
    default Future<LoadOutcome> load(String session, long owner) {
        return load(session, owner, Set.of());
    }

    /**
     * The same if the session is that of one of these users; they are looked up by a read, so that asking for a session
     * that is not there, or that is somebody else's, writes nothing.
     *
     * @param users nobody: whoever has it
     */
    Future<LoadOutcome> load(String session, long owner, Set<String> users);

    /** Makes a session, and the claim of the command that asked for it, once. */
    Future<CreateOutcome> create(NewSession session);

    /** The claim of a command, if one was committed. */
    Future<Optional<Claim>> claim(String user, String session, String id);

    /** Where the first run began of those that this one goes on with; nothing when there is no such run. */
    Future<Optional<Long>> rootSeq(String session, String run);

    /** How many recalls that are not over the user has in other sessions. */
    Future<Integer> recallsElsewhere(String user, String session);

    Future<AppendOutcome> append(Append append);

    /** Erases the session and everything in it, if it is still this owner's. */
    Future<Boolean> erase(String session, long owner);

    /**
     * What a session is when it comes into memory.
     *
     * @param interrupts those that the last run ended with, and the newest that are resolved; oldest first
     */
    record Loaded(
            String user,
            String epoch,
            long head,
            long version,
            List<QueuedMessage> queue,
            RunRow lastRun,
            List<Orphan> orphans,
            List<Recall> recalls,
            Outline outline,
            String agent,
            Titles titles,
            List<Interrupt> interrupts) {}

    /**
     * What a session is called.
     *
     * @param given by a person, or null; it wins
     * @param made from its first exchange, or null
     * @param tries how often one was asked for
     */
    record Titles(String given, String made, int tries) {
        public static final Titles NONE = new Titles(null, null, 0);

        /** Null when there is none. */
        public String shown() {
            return given == null ? made : given;
        }
    }

    /**
     * What a session keeps in mind of its log.
     *
     * @param lastMessage the last message that is not void, or null
     * @param beforeRun the last one before the last run, or null
     * @param first the first event that the store has, or the one behind the head
     */
    record Outline(String lastMessage, String beforeRun, long first) {
        public static final Outline EMPTY = new Outline(null, null, 1);
    }

    /**
     * A run whose process is gone.
     *
     * @param structure its events without the deltas, and before them those of the runs that it goes on with: from
     *     {@code progress.rootSeq} on; of what AG-UI does not name only what makes messages void, and stops
     * @param said the messages of users that it was given behind {@code progress.resumeSeq}, whole
     */
    record Orphan(RunRow run, List<Placed> structure, List<QueuedMessage> said) {}

    /** An event and where it is. */
    record Placed(long seq, LogEvent event) {}

    sealed interface LoadOutcome {
        record Found(Loaded session) implements LoadOutcome {}

        record Absent() implements LoadOutcome {}

        /** It is none of the users' it was asked for. */
        record Foreign() implements LoadOutcome {}

        /** A newer owner has it. */
        record NotMine() implements LoadOutcome {}
    }

    /**
     * @param claim null: nothing is claimed
     * @param beginning what its log begins with, the append to version 0; or null: it is empty
     */
    record NewSession(
            String id,
            String user,
            String agent,
            String title,
            Map<String, Object> metadata,
            String epoch,
            long owner,
            Claim claim,
            Append beginning) {}

    sealed interface CreateOutcome {
        record Made() implements CreateOutcome {}

        /** The same user's same command made it before. */
        record Claimed(Claim claim) implements CreateOutcome {}
    }

    /**
     * That a command was decided.
     *
     * @param session empty for a command that makes a session
     */
    record Claim(String user, String session, String id, String hash, CommandResult result) {}

    /**
     * @param exact nothing of it was announced before it was stored
     * @param outcome null while it runs
     * @param recall whose slot it is, or null; a slot has one run at most
     * @param progress how it would go on
     * @param pauses when the server was stopped in order while it ran
     */
    record RunRow(
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
                String id,
                String origin,
                long firstSeq,
                long startedMs,
                boolean exact,
                String outcome,
                ErrorCode code) {
            this(id, origin, firstSeq, startedMs, exact, outcome, code, null, null, Progress.none(firstSeq));
        }

        public static RunRow begun(String id, RunOrigin origin, long firstSeq, long startedMs, boolean exact) {
            return new RunRow(
                    id,
                    origin.name(),
                    firstSeq,
                    startedMs,
                    exact,
                    null,
                    null,
                    origin.recall(),
                    origin.slotMs(),
                    Progress.none(firstSeq));
        }

        public RunRow ended(RunState.Ending ending) {
            return new RunRow(
                    id,
                    origin,
                    firstSeq,
                    startedMs,
                    exact,
                    ending.outcome(),
                    ending.code(),
                    recall,
                    slotMs,
                    progress,
                    pauses);
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

    /**
     * When no server had a run because one was stopped in order.
     *
     * @param count how often, the pause that goes on included
     * @param sinceMs when the pause began that goes on; null when none does
     * @param downMs how long those were that are over
     */
    record Pauses(int count, Long sinceMs, long downMs) {
        public static final Pauses NONE = new Pauses(0, null, 0);

        Pauses begun(long nowMs) {
            return new Pauses(count + 1, nowMs, downMs);
        }

        /** Nothing changes when none goes on. The clock may have been set back meanwhile. */
        Pauses over(long nowMs) {
            return sinceMs == null ? this : new Pauses(count, null, downMs + Math.max(0, nowMs - sinceMs));
        }
    }

    /**
     * How a run would go on if its process died.
     *
     * @param attempt from 1
     * @param rootSeq where the first run began of those that it goes on with; its own first event when it is the first
     * @param resumeSeq what it showed behind it would be void; null: it cannot go on
     * @param resume what it would go on from; null: from what was said up to {@code resumeSeq}
     */
    record Progress(int attempt, long rootSeq, Long resumeSeq, Resume resume) {
        public static Progress none(long firstSeq) {
            return new Progress(1, firstSeq, null, null);
        }

        /** @param toSeq what the next attempt goes on with of the log */
        Progress nextAttempt(long toSeq) {
            return new Progress(attempt + 1, rootSeq, toSeq, resume);
        }

        /** It would end. */
        public Progress withoutWayOn() {
            return new Progress(attempt, rootSeq, null, null);
        }
    }

    /**
     * The next piece of a session's log with all that commits beside it.
     *
     * @param version the session's version before; it is one higher afterwards
     * @param head the seq of the last row, or the head before when there are no rows
     * @param queue null: unchanged
     * @param epoch null: unchanged
     * @param preview the beginning of a user's message: kept if it is the first one; or null
     * @param recalls as they are from now on; of each the last state
     * @param anew the conversation begins again: what was the first message is not any more
     * @param clearedTo every row and run up to this seq is erased, and the log goes on behind it; or {@link #NOT_CLEARED}
     * @param titles null: unchanged
     * @param said complete messages, to be found by a search
     * @param unsaidAfter messages that began behind it are void and are found no more; null: none
     * @param metadata null: unchanged
     * @param interrupts as they are from now on
     * @param audited what operators can look up later
     */
    record Append(
            String session,
            long owner,
            long version,
            long head,
            List<LogRow> rows,
            List<Claim> claims,
            List<RunRow> runs,
            List<QueuedMessage> queue,
            String epoch,
            String preview,
            List<Recall> recalls,
            boolean anew,
            long clearedTo,
            Titles titles,
            Map<String, Object> metadata,
            List<Said> said,
            Long unsaidAfter,
            List<Interrupt> interrupts,
            List<Audited> audited) {
        public static final long NOT_CLEARED = -1;

        /** The same with other rows and texts. */
        public Append with(List<LogRow> otherRows, List<Said> otherSaid) {
            return new Append(
                    session,
                    owner,
                    version,
                    head,
                    otherRows,
                    claims,
                    runs,
                    queue,
                    epoch,
                    preview,
                    recalls,
                    anew,
                    clearedTo,
                    titles,
                    metadata,
                    otherSaid,
                    unsaidAfter,
                    interrupts,
                    audited);
        }

        /** Whether nothing commits beside the rows: so it is with the many pieces of a running text. */
        public boolean isRowsOnly() {
            return Stream.of(claims, runs, recalls, said, interrupts, audited).allMatch(List::isEmpty)
                    && Stream.of(queue, epoch, preview, titles, metadata, unsaidAfter)
                            .allMatch(Objects::isNull)
                    && !anew
                    && clearedTo == NOT_CLEARED;
        }
    }

    /**
     * Something that somebody decided.
     *
     * @param user who did, or null when nobody did in time
     * @param action such as {@code interrupt.approve}
     * @param target what it was about
     * @param detail as JSON, without texts of messages
     */
    record Audited(String user, String action, String target, Map<String, Object> detail) {}

    /**
     * The text of a message as a search compares it.
     *
     * @param seq of its first event
     * @param endSeq of its last one
     * @param folded at most {@code search.textBytesMax}
     */
    record Said(long seq, long endSeq, String message, Role role, String folded) {}

    sealed interface AppendOutcome {
        record Stored() implements AppendOutcome {}

        /** Another owner or another append came between: what is in memory is not what is stored. */
        record Lost() implements AppendOutcome {}

        /** The store will never take this content. */
        record Refused(String why) implements AppendOutcome {}
    }
}
