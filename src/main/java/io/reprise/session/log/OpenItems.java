package io.reprise.session.log;

import io.reprise.message.log.LogEvent;
import io.reprise.support.IdSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The messages and calls that a run has opened and not closed, so that the session can close them before the run's
 * terminal event.
 */
public final class OpenItems {
    private static final String CANCELLED = "The call was cancelled before it had a result.";

    private final Set<String> texts = new LinkedHashSet<>();
    private final Set<String> reasoningMessages = new LinkedHashSet<>();
    private final Set<String> reasonings = new LinkedHashSet<>();
    private final Map<String, Boolean> callsWithArgumentsOpen = new LinkedHashMap<>();
    private final Set<String> steps = new LinkedHashSet<>();

    public void apply(LogEvent event) {
        switch (event) {
            case LogEvent.TextStart e -> texts.add(e.messageId());
            case LogEvent.TextEnd e -> texts.remove(e.messageId());
            case LogEvent.ReasoningStart e -> reasonings.add(e.messageId());
            case LogEvent.ReasoningEnd e -> reasonings.remove(e.messageId());
            case LogEvent.ReasoningMessageStart e -> reasoningMessages.add(e.messageId());
            case LogEvent.ReasoningMessageEnd e -> reasoningMessages.remove(e.messageId());
            case LogEvent.ToolCallStart e -> callsWithArgumentsOpen.put(e.toolCallId(), true);
            case LogEvent.ToolCallEnd e -> callsWithArgumentsOpen.replace(e.toolCallId(), false);
            case LogEvent.ToolCallResult e -> callsWithArgumentsOpen.remove(e.toolCallId());
            case LogEvent.StepStarted e -> steps.add(e.stepName());
            case LogEvent.StepFinished e -> steps.remove(e.stepName());
            case LogEvent.ReasoningEncryptedValue e -> {}
            case LogEvent.Delta e -> {}
            case LogEvent.RunStarted e -> {}
            case LogEvent.Terminal e -> {}
            case LogEvent.Custom e -> {}
        }
    }

    /** A run resumes with a call that an earlier run left open. */
    public void takeOver(String call) {
        callsWithArgumentsOpen.put(call, false);
    }

    /** A call is superseded: people were asked about it, and then the conversation was rewound. */
    public void drop(String call) {
        callsWithArgumentsOpen.remove(call);
    }

    /** The events that close everything, in the order of the protocol. Nothing is open afterwards. */
    public List<LogEvent> close(IdSource ids) {
        return close(ids, Set.of());
    }

    /** As above, but {@code waiting} calls get no result, because people have to decide about them first. */
    public List<LogEvent> close(IdSource ids, Set<String> waiting) {
        List<LogEvent> closing = new ArrayList<>();
        reasoningMessages.forEach(id -> closing.add(new LogEvent.ReasoningMessageEnd(id)));
        reasonings.forEach(id -> closing.add(new LogEvent.ReasoningEnd(id)));
        texts.forEach(id -> closing.add(new LogEvent.TextEnd(id)));
        callsWithArgumentsOpen.forEach((id, argumentsOpen) -> {
            if (argumentsOpen) closing.add(new LogEvent.ToolCallEnd(id));
            if (waiting.contains(id)) return;
            closing.add(LogEvent.ToolCallResult.cancelled(ids.next("m_"), id, CANCELLED));
        });
        steps.forEach(name -> closing.add(new LogEvent.StepFinished(name)));
        closing.forEach(this::apply);
        return closing;
    }
}
