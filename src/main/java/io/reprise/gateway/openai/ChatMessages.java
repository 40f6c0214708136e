package io.reprise.gateway.openai;

import io.reprise.message.Command.ClientResult;
import io.reprise.message.opening.EarlierMessage;
import io.reprise.message.opening.EarlierMessage.Call;
import io.reprise.support.Texts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The messages of a request, in order. What is wrong with them is kept as the first fault. */
final class ChatMessages {
    /** Instructions come as a message of a user, because the agent has its own, and say what they are. */
    private static final String INSTRUCTIONS = "The application that passes on this conversation instructs you:\n\n%s";

    private final List<EarlierMessage> earlier = new ArrayList<>();
    private final List<ChatContent> said = new ArrayList<>();
    private final List<ClientResult> results = new ArrayList<>();
    private final Set<String> calls = new HashSet<>();

    /** The id in the log of a call that waits for its result, by the caller's id, which need not be unique. */
    private final Map<String, String> open = new HashMap<>();

    private String fault;

    void add(JsonObject message) {
        switch (message.getValue("role") instanceof String role ? role : "") {
            case "system", "developer" -> earlier.add(EarlierMessage.ofUser(INSTRUCTIONS.formatted(text(message))));
            case "user" -> said.add(content(message));
            case "assistant" -> {
                pass();
                answered(message);
            }
            case "tool" -> {
                pass();
                result(message);
            }
            default -> wrong("`role` must be `system`, `developer`, `user`, `assistant` or `tool`.");
        }
    }

    /** What users have said so far was answered. */
    private void pass() {
        said.forEach(one -> earlier.add(EarlierMessage.ofUser(one.shown())));
        said.clear();
    }

    private void answered(JsonObject message) {
        Object list = message.getValue("tool_calls");
        boolean hasCalls = list instanceof JsonArray some && !some.isEmpty();
        String text = message.getValue("content") == null ? "" : text(message);
        List<Call> its = new ArrayList<>();
        open.clear();
        results.clear();
        if (hasCalls) {
            for (Object one : (JsonArray) list) {
                if (call(one) instanceof Call call) its.add(call);
            }
        } else if (text.isEmpty()) {
            return; // Clients keep empty answers, for which there is nothing to show.
        }
        earlier.add(EarlierMessage.ofAssistant(text, its));
    }

    /** Null if it is none. */
    private Call call(Object json) {
        if (json instanceof JsonObject call
                && call.getValue("id") instanceof String id
                && !id.isEmpty()
                && call.getValue("function") instanceof JsonObject function
                && function.getValue("name") instanceof String name
                && !name.isEmpty()
                && Texts.isWellFormed(id + name)) {
            String arguments = function.getValue("arguments") instanceof String text && isObject(text) ? text : "{}";
            String unique = calls.add(id) ? id : id + "-" + calls.size();
            calls.add(unique);
            open.put(id, unique);
            return new Call(unique, name, arguments);
        }
        wrong("`tool_calls` must have an `id`, and a `function` with a `name`.");
        return null;
    }

    private static boolean isObject(String text) {
        try {
            new JsonObject(text);
            return Texts.isWellFormed(text);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private void result(JsonObject message) {
        String id = message.getValue("tool_call_id") instanceof String some ? some : "";
        String call = open.remove(id);
        if (call == null) {
            wrong("`tool_call_id` must be that of a call of the assistant's message before it.");
            return;
        }
        String text = text(message);
        earlier.add(EarlierMessage.ofTool(call, text));
        results.add(new ClientResult(id, text, false));
    }

    /** The text of a message, whose parts must all be text. */
    private String text(JsonObject message) {
        return taken(ChatContent.ofText(message.getValue("content"))).text();
    }

    private ChatContent content(JsonObject message) {
        return taken(ChatContent.of(message.getValue("content")));
    }

    private ChatContent taken(ChatContent.Read read) {
        if (read.fault() != null) wrong(read.fault());
        return read.content();
    }

    private void wrong(String why) {
        if (fault == null) fault = why;
    }

    /** The first fault, or null. */
    String fault() {
        return fault;
    }

    List<EarlierMessage> earlier() {
        return List.copyOf(earlier);
    }

    /** The results of the calls of the last answer. */
    List<ClientResult> results() {
        return List.copyOf(results);
    }

    /** Calls of the last answer without a result. */
    boolean hasOpenCalls() {
        return !open.isEmpty();
    }

    /** What users say behind the last answer; empty if there is nothing. */
    String said() {
        return said.stream()
                .map(ChatContent::text)
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining("\n\n"));
    }

    /** The images of what users say there. */
    List<byte[]> images() {
        return said.stream().flatMap(one -> one.images().stream()).toList();
    }
}
