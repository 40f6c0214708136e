package io.reprise.tool;

import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.Failure;

/** Port: sends commands to the session of a tool call, on behalf of its user. */
@FunctionalInterface
public interface SessionCommands {
    /** For calls that belong to no session: refuses every command. */
    SessionCommands NONE = command -> new CommandOutcome.Refused(Failure.unavailable());

    /** Blocks until the command is decided and stored, or refused. */
    CommandOutcome ask(Command command) throws InterruptedException;
}
