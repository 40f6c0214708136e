package io.reprise.agent;

import io.reprise.message.LogEvent.TokenUsage;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import java.util.List;

/**
 * What is needed to go on with a run: taken after each turn of its model and after each result of a tool.
 *
 * @param id unique in its session
 * @param seq what it covers of the log
 * @param step the number of the step that it was taken in, from 1
 * @param context the conversation as the model sees it, up to the last turn of the model
 * @param calls those of that turn, in its order, with their outcomes as far as there are any
 * @param usage of the run so far
 * @param elapsedMs how long the run took so far, of its time limit
 */
public record Checkpoint(
        String session,
        String run,
        String id,
        long seq,
        int step,
        List<ModelMessage> context,
        List<Call> calls,
        List<TokenUsage> usage,
        long elapsedMs) {
    public Checkpoint {
        context = List.copyOf(context);
        calls = List.copyOf(calls);
        usage = List.copyOf(usage);
    }

    /**
     * A call of the model's last turn.
     *
     * @param cleared it may be made, so that it may have been: no person needs to be asked, or one said yes
     * @param outcome null while there is none
     */
    public record Call(ToolRequest request, boolean cleared, ToolOutcome outcome) {
        public Call with(ToolOutcome its) {
            return new Call(request, cleared, its);
        }

        boolean isOpen() {
            return outcome == null;
        }
    }
}
