package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reprise.message.content.Content;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.message.log.RunUsage;
import io.reprise.message.recall.RecalledFrom;
import java.util.ArrayList;
import java.util.List;

/** Messages of a session to the agent of its run. */
public sealed interface AgentMessage extends BusMessage {
    /**
     * The run's id; in all messages except {@link RunRequest}, the {@link RunRequest#key key} of one attempt of the
     * run.
     */
    String run();

    /**
     * Requests a run, or another attempt of it. Everything up to seq {@code head}, including the user's message, is
     * stored.
     *
     * @param owner address of the session's owner, which receives the batches and the commands of tools
     * @param origin {@code user}, {@code api} or {@code recall}
     * @param attempt from 1; higher if the servers of earlier attempts were killed or stopped
     * @param resume what the run resumes from; null for the messages up to {@code head}
     * @param agent the session's agent; null if it names none
     * @param catalogVersion version of the agents when the run was requested, or null
     * @param recalledFrom the session whose recall made this one, or null
     * @param cause why the run started
     * @param tools that the client of the run executes itself
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
            String catalogVersion,
            RecalledFrom recalledFrom,
            Cause cause,
            List<ClientTool> tools)
            implements AgentMessage {
        /** The origin of a run without a message, which only summarises the conversation. */
        public static final String COMPACT = "compact";

        public RunRequest {
            cause = Cause.orUnknown(cause);
            tools = tools == null ? List.of() : List.copyOf(tools);
        }

        /** A run whose client executes no tools. */
        public RunRequest(
                String run,
                String session,
                String user,
                String owner,
                long head,
                String origin,
                int attempt,
                Resume resume,
                String agent,
                String catalogVersion,
                RecalledFrom recalledFrom,
                Cause cause) {
            this(
                    run,
                    session,
                    user,
                    owner,
                    head,
                    origin,
                    attempt,
                    resume,
                    agent,
                    catalogVersion,
                    recalledFrom,
                    cause,
                    null);
        }

        /** A run of the default agent. */
        public RunRequest(
                String run,
                String session,
                String user,
                String owner,
                long head,
                String origin,
                int attempt,
                Resume resume) {
            this(run, session, user, owner, head, origin, attempt, resume, null, null, null, null);
        }

        /** The first attempt of a run, from its beginning. */
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
     * What a run resumes from.
     *
     * @param checkpoint id of a checkpoint of this run, or of an earlier one of the session
     * @param answers decisions about the interrupts of the earlier run; empty if there were none
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

    /** Ends the run now: a user requested it, or the owner disowns the run. */
    record StopRun(String run) implements AgentMessage {}

    /** Nobody will answer what calls of this run ask, which has ended. */
    record DropInquiries(String run) implements AgentMessage {}

    /** A person wants the call {@code call} to go on in the background. No effect if it has ended. */
    record PushCall(String run, String call) implements AgentMessage {}

    /** A call that goes on in the background ends now, without a result: nobody wants it any more. */
    record CancelCall(String run, String recall) implements AgentMessage {}

    /** Suspends the run, which sends nothing more: its server stops, and a later attempt resumes it. */
    record SuspendRun(String run) implements AgentMessage {}

    /**
     * Batches up to {@code number} are numbered.
     *
     * @param known false if the owner disowns the run
     * @param readers how many subscriptions read the session: each batch becomes a frame for each of them
     */
    record BatchAck(String run, int number, boolean known, int readers) implements AgentMessage {
        /** To an agent that should abandon the run. */
        public static BatchAck unknown(String run, int number) {
            return new BatchAck(run, number, false, 0);
        }
    }

    /**
     * The answer to a {@link ShardMessage.RunQuestion}. A repeated question with the same number gets the same answer.
     */
    record RunAnswer(String run, int number, Answer answer) implements AgentMessage {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
    sealed interface Answer {
        /**
         * Answers {@link ShardMessage.Question.AskSteering}.
         *
         * @param messages stored in the run's log, oldest first; usually none
         */
        record Steering(List<SteeredMessage> messages) implements Answer {}

        /**
         * Answers {@link ShardMessage.Question.AskCovered}.
         *
         * @param seq the last event so far, which may not be stored yet
         */
        record Covered(long seq) implements Answer {}

        /** Answers {@link ShardMessage.Question.Keep}: the checkpoint is recorded in the run's row. */
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

    /** Sent every few seconds: the owner is alive, and has received all batches up to {@code received}. */
    record RunBeat(String run, String session, String owner, int received) implements AgentMessage {}

    /**
     * Requests a title for the exchange in (after, head], which is the run that just ended. The answer is a {@link
     * ShardMessage.TitleProposed}, or there is none.
     *
     * @param byModel whether to ask a model; otherwise the beginning of the question is used
     * @param agent of the session; null if it names none
     */
    record TitleRequest(
            String run, String session, String user, String owner, long after, long head, boolean byModel, String agent)
            implements AgentMessage {}

    /**
     * A request for a decision about the call {@code toolCall}.
     *
     * @param arguments JSON text
     * @param inquiry what the server of the tool asks a person; null if the call needs an approval
     * @param within the sub-agents that the call is made in, from the outermost
     */
    record Ask(
            String id, String toolCall, String tool, String arguments, Inquiry inquiry, List<Interrupt.Within> within) {
        public Ask {
            within = within == null ? List.of() : List.copyOf(within);
        }

        /** A call of the agent of the run. */
        public Ask(String id, String toolCall, String tool, String arguments, Inquiry inquiry) {
            this(id, toolCall, tool, arguments, inquiry, List.of());
        }

        /** A call of the agent of the run that needs an approval. */
        public Ask(String id, String toolCall, String tool, String arguments) {
            this(id, toolCall, tool, arguments, null, List.of());
        }

        /** The same call, made in sub-agents that are in this one. */
        public Ask in(Interrupt.Within outer) {
            List<Interrupt.Within> all = new ArrayList<>(List.of(outer));
            all.addAll(within);
            return new Ask(id, toolCall, tool, arguments, inquiry, all);
        }
    }

    /** The end of the agent's work on a run. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
    sealed interface RunEnd {
        /** What the run has used until its end. */
        RunUsage usage();

        record Finished(RunUsage usage) implements RunEnd {
            public Finished(List<TokenUsage> tokens) {
                this(RunUsage.of(tokens));
            }
        }

        record Cancelled(RunUsage usage) implements RunEnd {
            public Cancelled() {
                this(RunUsage.UNKNOWN);
            }
        }

        /**
         * The run waits for people; its open calls stay open. Another run resumes it from the last saved checkpoint.
         *
         * @param asks at least one
         */
        record Interrupted(List<Ask> asks, RunUsage usage) implements RunEnd {
            public Interrupted(List<Ask> asks, List<TokenUsage> tokens) {
                this(asks, RunUsage.of(tokens));
            }
        }

        record Failed(Failure failure, RunUsage usage) implements RunEnd {
            public Failed(Failure failure) {
                this(failure, RunUsage.UNKNOWN);
            }
        }
    }
}
