package io.reprise.agent.checkpoint;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.Histories.ContextStart;
import io.reprise.message.Interrupt.Resolution;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import java.util.List;
import java.util.Map;

/**
 * The data that a run needs to resume and that the log does not contain, saved after each model turn with tool calls.
 * The conversation, including the results of these calls, is read from the log.
 *
 * @param id unique in its session
 * @param seq last event of the log that the checkpoint covers
 * @param step number of the step in which it was saved, from 1
 * @param start where the model's context begins; null in checkpoints of versions that did not save it
 * @param calls calls of the model's last turn, in order; empty if that turn was the answer
 * @param usage tokens of the run so far
 * @param elapsedMs time of the run so far, which counts against its time limit
 * @param agent, agentVersion, prompt, model, catalogVersion see {@link #basis}; null in checkpoints of versions that did
 *     not save them
 * @param middleware what middleware keeps, by name; null if there is nothing
 * @param subagents the sub-agents at work; null if there are none
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
        Long agentVersion,
        String prompt,
        String model,
        String catalogVersion,
        @JsonInclude(JsonInclude.Include.NON_NULL) Map<String, String> middleware,
        @JsonInclude(JsonInclude.Include.NON_NULL) List<SubagentState> subagents) {
    public Checkpoint {
        calls = List.copyOf(calls);
        usage = List.copyOf(usage);
    }

    /** A checkpoint that does not tell what its run uses. */
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
        this(session, run, id, seq, step, start, calls, usage, elapsedMs, null, null, null, null, null, null, null);
    }

    /** This checkpoint with another start of the context. */
    public Checkpoint startingAt(ContextStart its) {
        return new Checkpoint(session, run, id, seq, step, its, calls, usage, elapsedMs)
                .by(basis())
                .keeping(states())
                .with(subagentsAtWork());
    }

    /** This checkpoint with these sub-agents at work. */
    public Checkpoint with(List<SubagentState> its) {
        return at(id, seq, usage, elapsedMs, its);
    }

    /** The same state of the run's own agent later, while its sub-agents work. */
    public Checkpoint at(
            String itsId, long itsSeq, List<TokenUsage> used, long tookMs, List<SubagentState> itsSubagents) {
        return new Checkpoint(
                session,
                run,
                itsId,
                itsSeq,
                step,
                start,
                calls,
                used,
                tookMs,
                agent,
                agentVersion,
                prompt,
                model,
                catalogVersion,
                middleware,
                itsSubagents.isEmpty() ? null : List.copyOf(itsSubagents));
    }

    /** The sub-agents at work. */
    @JsonIgnore
    public List<SubagentState> subagentsAtWork() {
        return subagents == null ? List.of() : subagents;
    }

    /** This checkpoint with what middleware keeps. */
    public Checkpoint keeping(Map<String, String> states) {
        return new Checkpoint(
                session,
                run,
                id,
                seq,
                step,
                start,
                calls,
                usage,
                elapsedMs,
                agent,
                agentVersion,
                prompt,
                model,
                catalogVersion,
                states.isEmpty() ? null : Map.copyOf(states),
                subagents);
    }

    /** What middleware keeps, by name. */
    @JsonIgnore
    public Map<String, String> states() {
        return middleware == null ? Map.of() : middleware;
    }

    /** This checkpoint for a run that uses something else. */
    public Checkpoint by(RunBasis its) {
        return new Checkpoint(
                session,
                run,
                id,
                seq,
                step,
                start,
                calls,
                usage,
                elapsedMs,
                its.agent(),
                its.agentVersion(),
                its.prompt(),
                its.model(),
                its.catalogVersion(),
                middleware,
                subagents);
    }

    /** What its run uses. */
    @JsonIgnore
    public RunBasis basis() {
        return new RunBasis(agent, agentVersion, prompt, model, catalogVersion);
    }

    /**
     * A call of the model's last turn.
     *
     * @param cleared whether the call is allowed, so it may already have been made: it needs no approval or a person
     *     has approved it
     * @param pause null if the call does not wait for an answer
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Asked(String id, boolean cleared, Pause pause) {
        public Asked(String id, boolean cleared) {
            this(id, cleared, null);
        }
    }

    /**
     * A call that goes on when a person has answered.
     *
     * @param inquiry what the person is asked
     * @param state of the tool, from which the call goes on
     * @param held whether the call is held open in the process that asked, so that no other one can go on with it
     * @param answer null until there is one
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Pause(Inquiry inquiry, String state, boolean held, Resolution answer) {
        Pause answered(Resolution its) {
            return new Pause(inquiry, state, held, its);
        }
    }

    /**
     * A call of the model's last turn with its data from the log.
     *
     * @param cleared as in {@link Asked}
     * @param outcome null if there is none yet
     * @param pause null if the call does not wait for an answer, and has not waited for one
     */
    public record Call(ToolRequest request, boolean cleared, ToolOutcome outcome, Pause pause) {
        public Call(ToolRequest request, boolean cleared, ToolOutcome outcome) {
            this(request, cleared, outcome, null);
        }

        public Call with(ToolOutcome its) {
            return new Call(request, cleared, its);
        }

        /** This call, waiting for an answer. */
        public Call asking(Pause its) {
            return new Call(request, cleared, null, its);
        }

        /** This call, which can go on. */
        public Call answered(Resolution how) {
            return asking(pause.answered(how));
        }

        public boolean isOpen() {
            return outcome == null;
        }

        /** Whether it waits for an answer. */
        public boolean isAsking() {
            return isOpen() && pause != null && pause.answer() == null;
        }

        /** Whether it can be made now. */
        public boolean isReady() {
            return isOpen() && cleared && !isAsking();
        }

        public Asked asked() {
            return new Asked(request.id(), cleared, isOpen() ? pause : null);
        }
    }
}
