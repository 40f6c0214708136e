package io.reprise.agent;

import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.message.LogEvent;
import java.util.List;

/** Takes the events of a run in their order. */
@FunctionalInterface
interface RunEvents {
    /**
     * Blocks while too many events wait.
     *
     * @throws io.reprise.support.StopSignal.StoppedException once the run is stopped
     */
    void emit(LogEvent event);

    /**
     * The messages that are to steer the run from here on, oldest first; they are in the log behind all that was emitted.
     * Blocks until the session has answered.
     */
    default List<SteeredMessage> steering() throws InterruptedException {
        return List.of();
    }
}
