package io.reprise.message.log;

import io.reprise.support.IdSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The messages, calls and sub-agents that a run has opened and not closed, so that they can be closed before the run's
 * terminal event.
 */
public final class OpenItems {
    private static final String CANCELLED = "The call was cancelled before it had a result.";

    /** The agent of the run has null as its key, and each sub-agent its id. */
    private final Map<String, Owned> byOwner = new LinkedHashMap<>();

    /** In the order in which they began. */
    private final Set<String> subagents = new LinkedHashSet<>();

    /** What one agent has opened. */
    private static final class Owned {
        final Set<String> texts = new LinkedHashSet<>();
        final Set<String> reasoningMessages = new LinkedHashSet<>();
        final Set<String> reasonings = new LinkedHashSet<>();
        final Map<String, Boolean> callsWithArgumentsOpen = new LinkedHashMap<>();
        final Set<String> steps = new LinkedHashSet<>();
    }

    /**
     * A call without a result.
     *
     * @param subagent the sub-agent that makes it; null for the agent of the run
     */
    public record OpenCall(String id, String subagent) {}

    /**
     * What is not closed although the run's attempt ends.
     *
     * @param calls get no result
     * @param subagents go on in the next attempt
     * @param waiting sub-agents that wait for people, with the ids of the interrupts
     */
    public record Kept(Set<String> calls, Set<String> subagents, Map<String, List<String>> waiting) {
        /** Everything is closed. */
        public static final Kept NOTHING = new Kept(Set.of(), Set.of(), Map.of());
    }

    public void apply(LogEvent event) {
        apply(null, event);
    }

    private void apply(String owner, LogEvent event) {
        switch (event) {
            case LogEvent.TextStart e -> of(owner).texts.add(e.messageId());
            case LogEvent.TextEnd e -> of(owner).texts.remove(e.messageId());
            case LogEvent.ReasoningStart e -> of(owner).reasonings.add(e.messageId());
            case LogEvent.ReasoningEnd e -> of(owner).reasonings.remove(e.messageId());
            case LogEvent.ReasoningMessageStart e -> of(owner).reasoningMessages.add(e.messageId());
            case LogEvent.ReasoningMessageEnd e -> of(owner).reasoningMessages.remove(e.messageId());
            case LogEvent.ToolCallStart e -> of(owner).callsWithArgumentsOpen.put(e.toolCallId(), true);
            case LogEvent.ToolCallEnd e -> of(owner).callsWithArgumentsOpen.replace(e.toolCallId(), false);
            case LogEvent.ToolCallResult e -> of(owner).callsWithArgumentsOpen.remove(e.toolCallId());
            case LogEvent.StepStarted e -> of(owner).steps.add(e.stepName());
            case LogEvent.StepFinished e -> of(owner).steps.remove(e.stepName());
            case LogEvent.SubagentStarted e -> subagents.add(e.subagentRunId());
            case LogEvent.SubagentFinished e -> subagents.remove(e.subagentRunId());
            case LogEvent.SubagentError e -> subagents.remove(e.subagentRunId());
            case LogEvent.OfSubagent e -> apply(e.subagentRunId(), e.event());
            case LogEvent.ReasoningEncryptedValue e -> {}
            case LogEvent.Delta e -> {}
            case LogEvent.RunStarted e -> {}
            case LogEvent.Terminal e -> {}
            case LogEvent.Custom e -> {}
        }
    }

    private Owned of(String owner) {
        return byOwner.computeIfAbsent(owner, key -> new Owned());
    }

    /** A run resumes with a call that an earlier run left open. */
    public void takeOver(OpenCall call) {
        of(call.subagent()).callsWithArgumentsOpen.put(call.id(), false);
    }

    /** A run resumes with a sub-agent that goes on. */
    public void takeOver(String subagent) {
        subagents.add(subagent);
    }

    /** A call is superseded: people were asked about it, and then the conversation was rewound. */
    public void drop(OpenCall call) {
        of(call.subagent()).callsWithArgumentsOpen.remove(call.id());
    }

    /** The beginning of a sub-agent is superseded. */
    public void drop(String subagent) {
        subagents.remove(subagent);
    }

    /** The events that close everything, in the order of the protocol. Nothing is open afterwards. */
    public List<LogEvent> close(IdSource ids) {
        return close(ids, Kept.NOTHING);
    }

    /** As above, but {@code kept} is not closed. Sub-agents are closed before those that called them. */
    public List<LogEvent> close(IdSource ids, Kept kept) {
        List<LogEvent> closing = new ArrayList<>();
        List<String> open = new ArrayList<>(subagents).reversed();
        Set<String> others = new HashSet<>(byOwner.keySet());
        others.removeAll(subagents);
        others.remove(null);
        others.forEach(owner -> close(owner, ids, kept, closing));
        for (String subagent : open) {
            close(subagent, ids, kept, closing);
            if (kept.subagents().contains(subagent)) continue;
            List<String> interrupts = kept.waiting().get(subagent);
            closing.add(
                    interrupts == null
                            ? LogEvent.SubagentError.stopped(subagent)
                            : LogEvent.SubagentFinished.suspended(subagent, interrupts));
        }
        close(null, ids, kept, closing);
        closing.forEach(this::apply);
        return closing;
    }

    private void close(String owner, IdSource ids, Kept kept, List<LogEvent> closing) {
        Owned open = byOwner.get(owner);
        if (open == null) return;
        List<LogEvent> events = new ArrayList<>();
        open.reasoningMessages.forEach(id -> events.add(new LogEvent.ReasoningMessageEnd(id)));
        open.reasonings.forEach(id -> events.add(new LogEvent.ReasoningEnd(id)));
        open.texts.forEach(id -> events.add(new LogEvent.TextEnd(id)));
        open.callsWithArgumentsOpen.forEach((id, argumentsOpen) -> {
            if (argumentsOpen) events.add(new LogEvent.ToolCallEnd(id));
            if (kept.calls().contains(id)) return;
            events.add(LogEvent.ToolCallResult.cancelled(ids.next("m_"), id, CANCELLED));
        });
        open.steps.forEach(name -> events.add(new LogEvent.StepFinished(name)));
        events.forEach(event -> closing.add(event.of(owner)));
    }
}
