package io.reprise.tool;

import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Failure;

/** Port: sends commands to the session of a tool call, on behalf of its user. */
@FunctionalInterface
public interface SessionCommands {
    /** Of a call that belongs to no session. */
    SessionCommands NONE = command -> new CommandOutcome.Refused(Failure.unavailable());

    /** Waits until the command is decided and stored, or refused. */
    CommandOutcome ask(Command command) throws InterruptedException;
}
