package io.reprise.agent;

import io.reprise.history.ChatMessage;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conversation as models want it: the neighbouring messages of an assistant are one turn, each call of it has its
 * outcome right behind the turn, and no outcome stands without its call. Providers refuse anything else.
 */
final class ModelContext {
    private final List<ModelMessage> messages = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private final Map<String, ToolRequest> calls = new LinkedHashMap<>();
    private final Map<String, ToolOutcome> outcomes = new LinkedHashMap<>();

    private ModelContext() {}

    static List<ModelMessage> of(List<ChatMessage> history) {
        ModelContext context = new ModelContext();
        history.forEach(context::add);
        context.closeTurn();
        return context.messages;
    }

    private void add(ChatMessage message) {
        switch (message.role()) {
            case USER -> {
                closeTurn();
                boolean recall = message.metadata() != null
                        && "recall".equals(message.metadata().origin());
                messages.add(recall ? User.ofRecall(message.content()) : new User(message.content()));
            }
            case ASSISTANT -> addToTurn(message);
            case TOOL -> addOutcome(message);
            case REASONING -> {} // A model's thoughts are not given back to it.
        }
    }

    private void addToTurn(ChatMessage message) {
        if (!outcomes.isEmpty()) closeTurn();
        if (message.content() != null && !message.content().isEmpty()) {
            text.append(text.isEmpty() ? "" : "\n\n").append(message.content());
        }
        if (message.toolCalls() == null) return;
        for (ChatMessage.ToolCall call : message.toolCalls()) {
            ChatMessage.Function function = call.function();
            calls.put(call.id(), new ToolRequest(call.id(), function.name(), function.arguments()));
        }
    }

    private void addOutcome(ChatMessage message) {
        ToolRequest call = calls.get(message.toolCallId());
        if (call == null) return;
        outcomes.put(call.id(), new ToolOutcome(call.id(), call.name(), message.content()));
    }

    private void closeTurn() {
        if (!text.isEmpty() || !calls.isEmpty()) {
            messages.add(new Assistant(text.toString(), List.copyOf(calls.values())));
        }
        for (ToolRequest call : calls.values()) {
            ToolOutcome none = new ToolOutcome(call.id(), call.name(), "There was no result.");
            messages.add(outcomes.getOrDefault(call.id(), none));
        }
        text.setLength(0);
        calls.clear();
        outcomes.clear();
    }
}
