package io.reprise.agent.progress;

import io.reprise.history.ChatMessage;
import io.reprise.history.Histories.Context;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.Kept;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The conversation in the form that models need: consecutive messages of an assistant are one turn, the outcome of each
 * call directly follows its turn, and no outcome exists without its call. Providers reject other forms.
 */
final class ModelContext {
    private static final String SUMMARY = "This conversation began earlier. Summary of that part:\n\n%s";

    private static final String WORK = "You have worked on this before. Summary of what you did:\n\n%s";

    private final List<ModelMessage> messages = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private final StringBuilder thoughts = new StringBuilder();
    private final Map<String, ToolRequest> calls = new LinkedHashMap<>();
    private final Map<String, ToolOutcome> outcomes = new LinkedHashMap<>();
    private String state;

    private ModelContext() {}

    /** What a sub-agent is told of its own earlier work. */
    static String ofWork(String summary) {
        return WORK.formatted(summary);
    }

    static List<ModelMessage> of(Context said) {
        ModelContext context = begun(said);
        context.closeTurn();
        return context.messages;
    }

    /**
     * A conversation that ends within a step.
     *
     * @param messages up to the model's last turn
     * @param outcomes existing outcomes of calls of that turn, by call id
     */
    record Unfinished(List<ModelMessage> messages, Map<String, ToolOutcome> outcomes) {
        Unfinished {
            messages = List.copyOf(messages);
            outcomes = Map.copyOf(outcomes);
        }
    }

    static Unfinished unfinished(Context said) {
        ModelContext context = begun(said);
        context.addTurn();
        return new Unfinished(context.messages, context.outcomes);
    }

    /** A summary comes as a message of a user, because every provider takes that, and says what it is. */
    private static ModelContext begun(Context said) {
        ModelContext context = new ModelContext();
        if (said.summary() != null) context.messages.add(new User(SUMMARY.formatted(said.summary())));
        said.messages().forEach(context::add);
        return context;
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
            case REASONING -> think(message);
        }
    }

    /** Adds the model's reasoning, but only if its provider requires data to be sent back with it. */
    private void think(ChatMessage message) {
        if (!outcomes.isEmpty()) closeTurn();
        thoughts.append(message.text());
    }

    private void addToTurn(ChatMessage message) {
        if (!outcomes.isEmpty()) closeTurn();
        if (!message.text().isEmpty()) texts.add(message.text());
        if (message.state() != null) state = message.state();
        if (message.toolCalls() == null) return;
        for (ChatMessage.ToolCall call : message.toolCalls()) {
            ChatMessage.Function function = call.function();
            calls.put(call.id(), new ToolRequest(call.id(), function.name(), function.arguments(), call.state()));
        }
    }

    private void addOutcome(ChatMessage message) {
        ToolRequest call = calls.get(message.toolCallId());
        if (call == null) return;
        outcomes.put(call.id(), new ToolOutcome(call.id(), call.name(), message.content()));
    }

    private void addTurn() {
        if (!texts.isEmpty() || !calls.isEmpty()) {
            Kept kept = state == null ? null : new Kept(thoughts.toString(), state);
            messages.add(new Assistant(texts, List.copyOf(calls.values()), kept));
        }
    }

    private void closeTurn() {
        addTurn();
        for (ToolRequest call : calls.values()) {
            ToolOutcome none = new ToolOutcome(call.id(), call.name(), "No result.");
            messages.add(outcomes.getOrDefault(call.id(), none));
        }
        texts.clear();
        thoughts.setLength(0);
        state = null;
        calls.clear();
        outcomes.clear();
    }
}
