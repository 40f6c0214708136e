package io.reprise.agent.link;

import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Failure;

/** Port: sends commands of a run's tools to its session. */
@FunctionalInterface
public interface RunCommands {
    RunCommands NONE = (run, call, command) -> new CommandOutcome.Refused(Failure.unavailable());

    /**
     * Blocks until the command is decided and stored, or refused.
     *
     * @param call id of the tool call; the same command of the same call is carried out once
     */
    CommandOutcome ask(RunRequest run, String call, Command command) throws InterruptedException;
}
