package io.reprise.model.provider;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.support.ObjectText;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model is asked, in langchain4j's words, and so that every provider takes it: many want a conversation that
 * begins with a user, in which nobody speaks twice in a row, and arguments that are JSON objects.
 */
final class Requests {
    /** What stands for a message without a word: some providers refuse one, and with it all that follows. */
    private static final String BLANK = "(blank)";

    private Requests() {}

    /** @param systemPrompt empty for none */
    static ChatRequest of(String systemPrompt, ModelRequest request) {
        List<ChatMessage> messages = new ArrayList<>();
        if (!systemPrompt.isBlank()) messages.add(SystemMessage.from(systemPrompt));
        request.messages().stream()
                .dropWhile(message -> !(message instanceof User))
                .forEach(message -> add(message, messages));
        return ChatRequest.builder()
                .messages(messages)
                .toolSpecifications(
                        request.tools().stream().map(ToolSchemas::of).toList())
                .build();
    }

    private static void add(ModelMessage message, List<ChatMessage> to) {
        switch (message) {
            case User user -> addUser(user.text().isBlank() ? BLANK : user.text(), to);
            case Assistant assistant -> {
                if (!assistant.text().isBlank() || !assistant.calls().isEmpty()) to.add(assistant(assistant));
            }
            case ToolOutcome outcome ->
                to.add(ToolExecutionResultMessage.from(
                        WireId.of(outcome.id()), WireName.of(outcome.name()), outcome.text()));
        }
    }

    private static void addUser(String text, List<ChatMessage> to) {
        if (!to.isEmpty() && to.getLast() instanceof UserMessage before) {
            to.set(to.size() - 1, UserMessage.from(before.singleText() + "\n\n" + text));
        } else {
            to.add(UserMessage.from(text));
        }
    }

    private static AiMessage assistant(Assistant turn) {
        AiMessage.Builder message = AiMessage.builder()
                .text(turn.text().isBlank() ? null : turn.text())
                .toolExecutionRequests(turn.calls().stream().map(Requests::call).toList());
        if (turn.thoughts() != null) {
            message.thinking(turn.thoughts().text()).attributes(turn.thoughts().seals());
        }
        return message.build();
    }

    private static ToolExecutionRequest call(ToolRequest call) {
        return ToolExecutionRequest.builder()
                .id(WireId.of(call.id()))
                .name(WireName.of(call.name()))
                .arguments(ObjectText.of(call.arguments()).asObject())
                .build();
    }
}
