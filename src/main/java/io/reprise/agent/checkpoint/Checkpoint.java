package io.reprise.agent.checkpoint;

import io.reprise.history.Histories.ContextStart;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import java.util.List;

/**
 * The data that a run needs to resume and that the log does not contain, taken after each model turn with tool calls.
 * The conversation, including the results of these calls, is read from the log.
 *
 * @param id unique in its session
 * @param seq what it covers of the log
 * @param step the number of the step that it was taken in, from 1
 * @param start where the model's context begins; null of one that was kept before this was known
 * @param calls those of the model's last turn, in its order; empty when that was the answer
 * @param usage of the run so far
 * @param elapsedMs how long the run took so far, of its time limit
 * @param agent that the run went by; null where the session names none, and of one that was kept before this was known
 * @param catalogVersion of the plan that the run went by; null of one that was kept before this was known
 */
public record Checkpoint(
        String session,
        String run,
        String id,
        long seq,
        int step,
        ContextStart start,
        List<Asked> calls,
        List<TokenUsage> usage,
        long elapsedMs,
        String agent,
        String catalogVersion) {
    public Checkpoint {
        calls = List.copyOf(calls);
        usage = List.copyOf(usage);
    }

    /** One that names neither agent nor version. */
    public Checkpoint(
            String session,
            String run,
            String id,
            long seq,
            int step,
            ContextStart start,
            List<Asked> calls,
            List<TokenUsage> usage,
            long elapsedMs) {
        this(session, run, id, seq, step, start, calls, usage, elapsedMs, null, null);
    }

    /** The same with another beginning of the context. */
    public Checkpoint startingAt(ContextStart its) {
        return new Checkpoint(session, run, id, seq, step, its, calls, usage, elapsedMs, agent, catalogVersion);
    }

    /** The same of a run that goes by this plan. */
    public Checkpoint by(String itsAgent, String itsVersion) {
        return new Checkpoint(session, run, id, seq, step, start, calls, usage, elapsedMs, itsAgent, itsVersion);
    }

    /**
     * A call of the model's last turn.
     *
     * @param cleared it may be made, so that it may have been: no person needs to be asked, or one said yes
     */
    public record Asked(String id, boolean cleared) {}

    /**
     * A call of the model's last turn with what the log has of it.
     *
     * @param cleared as of {@link Asked}
     * @param outcome null while there is none
     */
    public record Call(ToolRequest request, boolean cleared, ToolOutcome outcome) {
        public Call with(ToolOutcome its) {
            return new Call(request, cleared, its);
        }

        public boolean isOpen() {
            return outcome == null;
        }

        public Asked asked() {
            return new Asked(request.id(), cleared);
        }
    }
}
