package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reprise.message.log.LogEvent.TokenUsage;
import java.util.List;

/** Messages of a session to the agent of its run. */
public sealed interface AgentMessage extends BusMessage {
    /** The run; for all but a {@link RunRequest} the {@link RunRequest#key key} of one attempt at it. */
    String run();

    /**
     * Begin a run, or an attempt at it again. Everything up to seq {@code head}, the user's message included, is stored.
     *
     * @param owner the address of the session's owner: batches go there, and the commands of tools
     * @param origin {@code user}, {@code api} or {@code recall}
     * @param attempt from 1; higher: the servers of those before died or stopped
     * @param resume what it goes on from, or null: from what was said up to {@code head}
     * @param agent of the session; null when it names none
     * @param catalogVersion of the agents when the run was requested, or null
     */
    record RunRequest(
            String run,
            String session,
            String user,
            String owner,
            long head,
            String origin,
            int attempt,
            Resume resume,
            String agent,
            String catalogVersion)
            implements AgentMessage {
        /** By the agent of sessions that name none. */
        public RunRequest(
                String run,
                String session,
                String user,
                String owner,
                long head,
                String origin,
                int attempt,
                Resume resume) {
            this(run, session, user, owner, head, origin, attempt, resume, null, null);
        }

        /** The first attempt at a run from its beginning. */
        public RunRequest(String run, String session, String user, String owner, long head, String origin) {
            this(run, session, user, owner, head, origin, 1, null);
        }

        /** Key of this attempt; messages about an earlier attempt have a different key. */
        public String key() {
            return key(run, attempt);
        }

        public static String key(String run, int attempt) {
            return attempt == 1 ? run : run + "#" + attempt;
        }
    }

    /**
     * What a run goes on from.
     *
     * @param checkpoint of this run, or of an earlier one of the session
     * @param answers to the interrupts that the earlier run ended with; empty when there were none
     */
    record Resume(String checkpoint, List<Answered> answers) {
        public Resume {
            answers = List.copyOf(answers);
        }

        public static Resume from(String checkpoint) {
            return new Resume(checkpoint, List.of());
        }
    }

    /** The decision about the interrupt of the call {@code toolCall}. */
    record Answered(String toolCall, Interrupt.Resolution resolution) {}

    /** End the run now: a user asked for it, or its owner disowns it. */
    record StopRun(String run) implements AgentMessage {}

    /** Suspend the run without further messages: its server stops, and a later attempt resumes it. */
    record SuspendRun(String run) implements AgentMessage {}

    /** Batches up to {@code number} are numbered; {@code known} false: the owner disowns the run. */
    record BatchAck(String run, int number, boolean known) implements AgentMessage {}

    /** The answer to {@link ShardMessage.RunQuestion}, the same whenever it is asked with this number. */
    record RunAnswer(String run, int number, Answer answer) implements AgentMessage {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
    sealed interface Answer {
        /**
         * To {@link ShardMessage.Question.AskSteering}.
         *
         * @param messages stored in the run's log, oldest first; usually none
         */
        record Steering(List<SteeredMessage> messages) implements Answer {}

        /** To {@link ShardMessage.Question.AskCovered}: the seq of the last event so far, perhaps not stored yet. */
        record Covered(long seq) implements Answer {}

        /** To {@link ShardMessage.Question.Keep}: it is stored. */
        record Kept() implements Answer {}
    }

    /**
     * A user's message that steers the run.
     *
     * @param zone IANA name of its sender's time zone, or null
     */
    record SteeredMessage(String id, Content content, String zone) {
        public SteeredMessage(String id, String text) {
            this(id, Content.of(text), null);
        }
    }

    /** Every few seconds: the owner lives, and has received batches up to {@code received}. */
    record RunBeat(String run, String session, String owner, int received) implements AgentMessage {}

    /**
     * Make a title out of the exchange in (after, head], the run that just ended. Answered by a
     * {@link ShardMessage.TitleProposed}, or not at all.
     *
     * @param byModel ask the model; else take the beginning of what was asked
     */
    record TitleRequest(String run, String session, String owner, long after, long head, boolean byModel)
            implements AgentMessage {}

    /** A request for a decision about the call {@code toolCall}. {@code arguments} is JSON text. */
    record Ask(String id, String toolCall, String tool, String arguments) {}

    /** How the agent's work on a run ended. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
    sealed interface RunEnd {
        record Finished(List<TokenUsage> usage) implements RunEnd {}

        record Cancelled() implements RunEnd {}

        /**
         * It waits for people; what is open of it stays open. It goes on as another run, from the checkpoint that was
         * kept last.
         *
         * @param asks at least one
         */
        record Interrupted(List<Ask> asks, List<TokenUsage> usage) implements RunEnd {}

        record Failed(Failure failure) implements RunEnd {}
    }
}
