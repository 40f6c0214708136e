package io.reprise.agent.subagent;

import io.reprise.agent.checkpoint.Checkpoint;
import io.reprise.agent.checkpoint.SubagentState;
import io.reprise.message.log.LogEvent;
import io.reprise.tool.ToolFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sub-agents of a run, whoever called them. Thread-safe. */
public final class Subagents {
    private final int perRunMax;

    /** By the calls that they answer: what checkpoints keep. */
    private final Map<String, SubagentState> states = new LinkedHashMap<>();

    /** By their ids, in the order in which they began. */
    private final Map<String, Live> live = new LinkedHashMap<>();

    private int called;

    private record Live(String outer, SubagentEvents events) {}

    /**
     * @param perRunMax most sub-agents of the run
     * @param kept those that were at work when its checkpoint was saved
     */
    public Subagents(int perRunMax, List<SubagentState> kept) {
        this.perRunMax = perRunMax;
        this.called = kept.size();
        kept.forEach(state -> states.put(state.toolCall(), state));
    }

    /** The state of the sub-agent that answers the call, if it was at work before. */
    public synchronized Optional<SubagentState> of(String toolCall) {
        return Optional.ofNullable(states.get(toolCall));
    }

    /** @throws ToolFailure if the run has called too many */
    public synchronized void count() {
        if (called == perRunMax) {
            throw new ToolFailure("This run has called " + perRunMax + " agents; it cannot call more.");
        }
        called++;
    }

    /**
     * A sub-agent is at work.
     *
     * @param outer the sub-agent that called it, or null
     */
    public synchronized void begin(SubagentState state, String outer, SubagentEvents events) {
        states.put(state.toolCall(), state);
        live.put(state.id(), new Live(outer, events));
    }

    /** A sub-agent has made a step, whose state is saved next. */
    public synchronized void keep(String id, Checkpoint saved) {
        states.replaceAll((call, state) -> state.id().equals(id) ? state.after(saved) : state);
    }

    /** What a checkpoint keeps. */
    public synchronized List<SubagentState> states() {
        return List.copyOf(states.values());
    }

    /** The agent of the run makes its next step: all have ended. */
    public synchronized void forget() {
        states.clear();
    }

    /** A sub-agent has ended; those that it called and that are still at work are stopped with it. */
    public void end(String id, LogEvent end) {
        for (String inner : calledBy(id)) end(inner, LogEvent.SubagentError.stopped(inner));
        Live its;
        synchronized (this) {
            states.values().removeIf(state -> state.id().equals(id));
            its = live.remove(id);
        }
        if (its != null) its.events().close(end);
    }

    private synchronized List<String> calledBy(String id) {
        List<String> inner = new ArrayList<>();
        live.forEach((its, each) -> {
            if (id.equals(each.outer())) inner.add(its);
        });
        return inner;
    }
}
