package io.reprise.agent.loop;

import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Failure;

/** Port: the way from the tools of a run to its session. */
@FunctionalInterface
public interface RunCommands {
    RunCommands NONE = (run, call, command) -> new CommandOutcome.Refused(Failure.unavailable());

    /**
     * Waits until the command is decided and stored, or refused.
     *
     * @param call what asks: the same command of the same call is carried out once
     */
    CommandOutcome ask(RunRequest run, String call, Command command) throws InterruptedException;
}
