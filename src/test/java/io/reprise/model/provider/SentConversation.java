package io.reprise.model.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The conversation in a request, for any API: texts, calls as {@code name arguments}, and {@code result}. */
final class SentConversation {
    private final List<String> parts = new ArrayList<>();
    private final Set<String> calls = new HashSet<>();
    private String systemPrompt = "";

    static SentConversation of(JsonObject body) {
        SentConversation sent = new SentConversation();
        if (body.containsKey("contents")) return ofGemini(body);
        if (body.getValue("system") != null) sent.systemPrompt = texts(body.getValue("system"));
        body.getJsonArray("messages").forEach(message -> sent.read((JsonObject) message));
        return sent;
    }

    private static SentConversation ofGemini(JsonObject body) {
        SentConversation sent = new SentConversation();
        JsonObject system = body.getJsonObject("systemInstruction", new JsonObject());
        sent.systemPrompt = texts(system.getJsonArray("parts", new JsonArray()));
        body.getJsonArray("contents")
                .forEach(content ->
                        ((JsonObject) content).getJsonArray("parts").forEach(part -> sent.part((JsonObject) part)));
        return sent;
    }

    private void part(JsonObject part) {
        if (part.containsKey("functionCall")) {
            JsonObject call = part.getJsonObject("functionCall");
            call(call.getString("id"), call.getString("name"), call.getValue("args"));
        } else if (part.containsKey("functionResponse")) {
            result(part.getJsonObject("functionResponse").getString("id"));
        } else {
            parts.add(part.getString("text"));
        }
    }

    String systemPrompt() {
        return systemPrompt;
    }

    List<String> parts() {
        return parts;
    }

    private void read(JsonObject message) {
        if (message.getString("role").equals("system")) {
            systemPrompt = message.getString("content");
        } else if (message.getString("role").equals("tool")) {
            result(message.getString("tool_call_id"));
        } else if (message.getValue("content") instanceof JsonArray blocks) {
            blocks.forEach(block -> block((JsonObject) block));
        } else if (message.getString("content") != null
                && !message.getString("content").isEmpty()) {
            parts.add(message.getString("content"));
        }
        message.getJsonArray("tool_calls", new JsonArray()).forEach(call -> {
            JsonObject function = ((JsonObject) call).getJsonObject("function");
            call(((JsonObject) call).getString("id"), function.getString("name"), function.getValue("arguments"));
        });
    }

    private void block(JsonObject block) {
        switch (block.getString("type")) {
            case "text" -> parts.add(block.getString("text"));
            case "tool_use" -> call(block.getString("id"), block.getString("name"), block.getValue("input"));
            case "thinking" -> {} // What goes back of thoughts is looked at where that is asked for.
            case "tool_result" -> result(block.getString("tool_use_id"));
            default -> throw new AssertionError("unexpected " + block.encode());
        }
    }

    private void call(String id, String name, Object arguments) {
        if (id != null) calls.add(id);
        parts.add(name + " " + (arguments instanceof JsonObject object ? object.encode() : arguments));
    }

    /** Ollama matches results by their order and not by an id. */
    private void result(String id) {
        if (id != null) assertThat(calls).contains(id);
        parts.add("result");
    }

    private static String texts(Object system) {
        if (!(system instanceof JsonArray blocks)) return (String) system;
        return String.join(
                "",
                blocks.stream()
                        .map(block -> ((JsonObject) block).getString("text"))
                        .toList());
    }
}
