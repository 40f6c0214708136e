package io.reprise.agent;

import io.reprise.message.LogEvent;

/** Takes the events of a run in their order. */
@FunctionalInterface
interface RunEvents {
    /**
     * Blocks while too many events wait.
     *
     * @throws io.reprise.support.StopSignal.StoppedException once the run is stopped
     */
    void emit(LogEvent event);
}
