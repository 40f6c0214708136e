package io.reprise.agent.loop;

import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent;

/** The way of a run to its session: its events in their order, and its questions. */
public interface RunEvents {
    /**
     * Blocks while too many events wait.
     *
     * @throws io.reprise.support.StopSignal.StoppedException once the run is stopped
     */
    void emit(LogEvent event);

    /** The run took so long before: its limit of time is nearer. */
    void tookBefore(long ms);

    /** Blocks until the session has answered; it has numbered all that was emitted before. */
    Answer ask(Question question) throws InterruptedException;
}
