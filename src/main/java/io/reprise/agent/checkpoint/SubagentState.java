package io.reprise.agent.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.agent.checkpoint.Checkpoint.Asked;
import io.reprise.message.AgentMessage.Answered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The state of a sub-agent in the checkpoint of its run. Its messages are in the log.
 *
 * @param id its {@code subagentRunId}
 * @param agent name of its agent
 * @param toolCall the call whose result is its answer
 * @param run the run in which this state was saved
 * @param seq the last event that the state covers; 0 before its first step
 * @param lost ranges of events that a state was not saved behind: its messages in them do not count
 * @param step number of its step, from 1
 * @param calls calls of its model's last turn, in order
 * @param elapsedMs its time so far, which counts against its time limit
 * @param basis what it uses; null if that is not known yet
 * @param middleware what its middleware keeps, by name
 * @param answers decisions of people about its calls that have had no effect yet
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SubagentState(
        String id,
        String agent,
        String toolCall,
        String run,
        long seq,
        List<Range> lost,
        int step,
        List<Asked> calls,
        long elapsedMs,
        RunBasis basis,
        Map<String, String> middleware,
        List<Answered> answers) {
    public SubagentState {
        lost = lost == null ? List.of() : List.copyOf(lost);
        calls = calls == null ? List.of() : List.copyOf(calls);
        middleware = middleware == null ? Map.of() : Map.copyOf(middleware);
        answers = answers == null ? List.of() : List.copyOf(answers);
    }

    /** Events in (after, upTo]. */
    public record Range(long after, long upTo) {
        boolean has(long which) {
            return which > after && which <= upTo;
        }
    }

    /** A sub-agent that has not done anything. */
    public static SubagentState begun(String id, String agent, String toolCall, String run) {
        return new SubagentState(id, agent, toolCall, run, 0, null, 0, null, 0, null, null, null);
    }

    /** Whether the state covers an event of it. */
    public boolean covers(long event) {
        return event <= seq && lost.stream().noneMatch(range -> range.has(event));
    }

    /** The state from which it goes on behind seq {@code head}: its events up to there that were not covered are lost. */
    public SubagentState goingOn(long head) {
        if (head <= seq) return this;
        List<Range> all = new ArrayList<>(lost);
        all.add(new Range(seq, head));
        return new SubagentState(
                id, agent, toolCall, run, head, all, step, calls, elapsedMs, basis, middleware, answers);
    }

    /** The same with those of these decisions that are about its calls. */
    public SubagentState answered(List<Answered> all) {
        List<Answered> its = all.stream()
                .filter(one -> calls.stream().anyMatch(call -> call.id().equals(one.toolCall())))
                .toList();
        return its.isEmpty()
                ? this
                : new SubagentState(
                        id, agent, toolCall, run, seq, lost, step, calls, elapsedMs, basis, middleware, its);
    }

    /** The state after a step. */
    public SubagentState after(Checkpoint saved) {
        return new SubagentState(
                id,
                agent,
                toolCall,
                saved.run(),
                saved.seq(),
                lost,
                saved.step(),
                saved.calls(),
                saved.elapsedMs(),
                saved.basis(),
                saved.states(),
                null);
    }

    /** As the checkpoint of a run of its own. */
    public Checkpoint alone(String session) {
        return new Checkpoint(session, run, "", seq, step, null, calls, List.of(), elapsedMs)
                .by(basis == null ? RunBasis.UNKNOWN : basis)
                .keeping(middleware);
    }
}
