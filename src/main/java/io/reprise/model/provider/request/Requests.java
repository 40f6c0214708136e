package io.reprise.model.provider.request;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.Content;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import io.reprise.model.ModelFiles;
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
 * Converts a request to langchain4j in a form that every provider accepts: the conversation begins with a user, roles
 * alternate, and arguments are JSON objects.
 */
public final class Requests {
    /** Replaces an empty message: some providers reject a conversation with one. */
    private static final String BLANK = "(blank)";

    private Requests() {}

    /** @param mark marks recalls */
    public static ChatRequest of(RecallMark mark, ModelRequest request) {
        List<ModelMessage> said = sent(request.messages());
        List<ChatMessage> messages = new ArrayList<>();
        String prompt = prompt(request.prompt(), mark, request.zone(), said);
        if (!prompt.isBlank()) messages.add(SystemMessage.from(prompt));
        List<Content> shown = new ArrayList<>();
        for (ModelMessage message : said) {
            if (!(message instanceof ToolOutcome)) addShown(shown, messages);
            add(message, mark, request.files(), messages);
            if (message instanceof ToolOutcome outcome) shown.addAll(FileContents.of(outcome, request.files()));
        }
        addShown(shown, messages);
        return ChatRequest.builder()
                .messages(messages)
                .toolSpecifications(
                        request.tools().stream().map(ToolSchemas::of).toList())
                .build();
    }

    /** The messages that are sent: from the first message of a user, without empty turns. */
    public static List<ModelMessage> sent(List<ModelMessage> messages) {
        return messages.stream()
                .dropWhile(message -> !(message instanceof User))
                .filter(message -> !(message instanceof Assistant turn)
                        || !turn.text().isBlank()
                        || !turn.calls().isEmpty())
                .toList();
    }

    private static String prompt(String systemPrompt, RecallMark mark, String zone, List<ModelMessage> said) {
        List<String> parts = new ArrayList<>();
        if (!systemPrompt.isBlank()) parts.add(systemPrompt);
        if (zone != null) parts.add("The user's time zone is " + zone + "; name times in it.");
        if (said.stream().anyMatch(message -> message instanceof User user && user.isRecall())) {
            parts.add(mark.explained());
        }
        return String.join("\n\n", parts);
    }

    private static void add(ModelMessage message, RecallMark mark, ModelFiles files, List<ChatMessage> to) {
        switch (message) {
            case User user -> addUser(contents(user, mark, files), to);
            case Assistant assistant -> to.add(assistant(assistant));
            case ToolOutcome outcome ->
                to.add(ToolExecutionResultMessage.from(
                        WireId.of(outcome.id()),
                        WireName.of(outcome.name()),
                        mark.outside(FileContents.text(outcome.content(), files))));
        }
    }

    /** Images of results follow the results of their turn: not every provider takes them within a result. */
    private static void addShown(List<Content> shown, List<ChatMessage> to) {
        if (shown.isEmpty()) return;
        List<Content> contents = new ArrayList<>(shown);
        contents.addFirst(TextContent.from(FileContents.OF_RESULTS));
        addUser(contents, to);
        shown.clear();
    }

    private static List<Content> contents(User user, RecallMark mark, ModelFiles files) {
        if (user.isRecall())
            return List.of(TextContent.from(mark.around(user.content().shown())));
        return FileContents.of(user.content(), files, text -> {
            String sent = mark.outside(text);
            return sent.isBlank() ? BLANK : sent;
        });
    }

    /** Joins texts of neighbouring messages, because roles alternate. */
    private static void addUser(List<Content> contents, List<ChatMessage> to) {
        if (to.isEmpty() || !(to.getLast() instanceof UserMessage before)) {
            to.add(UserMessage.from(contents));
            return;
        }
        List<Content> joined = new ArrayList<>(before.contents());
        if (joined.getLast() instanceof TextContent end && contents.getFirst() instanceof TextContent begin) {
            joined.set(joined.size() - 1, TextContent.from(end.text() + "\n\n" + begin.text()));
            joined.addAll(contents.subList(1, contents.size()));
        } else {
            joined.addAll(contents);
        }
        to.set(to.size() - 1, UserMessage.from(joined));
    }

    private static AiMessage assistant(Assistant turn) {
        return AiMessage.builder()
                .text(turn.text().isBlank() ? null : turn.text())
                .toolExecutionRequests(turn.calls().stream().map(Requests::call).toList())
                .build();
    }

    private static ToolExecutionRequest call(ToolRequest call) {
        return ToolExecutionRequest.builder()
                .id(WireId.of(call.id()))
                .name(WireName.of(call.name()))
                .arguments(ObjectText.of(call.arguments()).asObject())
                .build();
    }
}
