package io.reprise.tool;

import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;

/** Sends commands on recalls, and converts refusals to texts for the model. */
final class RecallPort {
    private RecallPort() {}

    /** @throws ToolFailure if the session refuses the command */
    static CommandResult ask(ToolCall call, Command command) throws InterruptedException {
        return switch (call.commands().ask(command)) {
            case CommandOutcome.Accepted accepted -> accepted.result();
            case CommandOutcome.Refused refused ->
                throw new ToolFailure(refused.failure().message());
        };
    }
}
