package io.reprise.agent.link;

import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.ShardMessage.Question;
import io.reprise.message.log.LogEvent;

/** Sends the events of a run to its session, in order, and its questions. */
public interface RunEvents {
    /**
     * Blocks while too many events are queued.
     *
     * @throws io.reprise.support.StopSignal.StoppedException when the run is stopped
     */
    void emit(LogEvent event);

    /** Counts {@code ms} of earlier attempts against the run's time limit, which is {@code limitMs} from now on. */
    void tookBefore(long ms, int limitMs);

    /** Blocks until the session has answered. The session has then numbered all events that were emitted before. */
    Answer ask(Question question) throws InterruptedException;
}
