package io.reprise.message;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.reprise.message.LogEvent.TokenUsage;
import java.util.List;

/** What a session sends to the agent that it picked for a run. */
public sealed interface AgentMessage extends BusMessage {
    String run();

    /**
     * Begin a run. Everything up to seq {@code head}, the user's message included, is stored.
     *
     * @param owner the address of the session's owner: batches go there, and the commands of tools
     * @param origin {@code user}, {@code api} or {@code recall}
     */
    record RunRequest(String run, String session, String user, String owner, long head, String origin)
            implements AgentMessage {}

    /** End the run now: a user asked for it, or its owner disowns it. */
    record StopRun(String run) implements AgentMessage {}

    /** Batches up to {@code number} are numbered; {@code known} false: the owner disowns the run. */
    record BatchAck(String run, int number, boolean known) implements AgentMessage {}

    /**
     * The answer to {@link ShardMessage.AskSteering}, the same whenever it is asked with this number.
     *
     * @param messages stored in the run's log, oldest first; usually none
     */
    record Steering(String run, int number, List<SteeredMessage> messages) implements AgentMessage {}

    /** A user's message that the run takes in on its way. */
    record SteeredMessage(String id, String text) {}

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

    /** How the agent's work on a run ended. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@")
    sealed interface RunEnd {
        record Finished(List<TokenUsage> usage) implements RunEnd {}

        record Cancelled() implements RunEnd {}

        record Failed(Failure failure) implements RunEnd {}
    }
}
