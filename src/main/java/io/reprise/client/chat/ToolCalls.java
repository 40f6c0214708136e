package io.reprise.client.chat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Calls of tools that have no result yet; each becomes one line. */
final class ToolCalls {
    private static final int CALLS_MAX = 1_000;
    private static final int ARGUMENTS_CHARS_MAX = 1_000;

    private record Call(String name, StringBuilder arguments) {}

    private final Map<String, Call> open = new LinkedHashMap<>();

    /** Takes an event; returns the line about the call that it ends. */
    Optional<String> take(JsonObject event) {
        String id = event.getString("toolCallId");
        switch (event.getString("type")) {
            case "TOOL_CALL_START" -> {
                if (open.size() < CALLS_MAX)
                    open.put(id, new Call(event.getString("toolCallName"), new StringBuilder()));
            }
            case "TOOL_CALL_ARGS" -> {
                Call call = open.get(id);
                if (call != null && call.arguments().length() < ARGUMENTS_CHARS_MAX)
                    call.arguments().append(event.getString("delta"));
            }
            case "TOOL_CALL_RESULT" -> {
                Call call = open.remove(id);
                String name = call == null ? "tool" : call.name() + " " + call.arguments();
                return Optional.of(Screen.line(name) + " → " + Screen.line(text(event.getValue("content"))));
            }
            default -> {} // no event of a call, or of no interest
        }
        return Optional.empty();
    }

    /** A text, or the texts among parts. */
    static String text(Object content) {
        if (!(content instanceof JsonArray parts)) return content == null ? "" : content.toString();
        return parts.stream()
                .map(part ->
                        part instanceof JsonObject its ? its.getString("text", "(" + its.getString("type") + ")") : "")
                .collect(Collectors.joining(" "));
    }
}
