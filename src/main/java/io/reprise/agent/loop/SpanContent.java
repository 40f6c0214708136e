package io.reprise.agent.loop;

import io.reprise.message.Json;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest.ToolSpec;
import java.util.ArrayList;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;

/** Texts of a model call as JSON, in the form that the semantic conventions of OpenTelemetry give. */
final class SpanContent {
    private SpanContent() {}

    static String prompt(String prompt, int charsMax) {
        return Json.text(List.of(text(prompt, charsMax)));
    }

    /** The newest messages with {@code charsMax} characters of text; the oldest of them is cut. */
    static String messages(List<ModelMessage> messages, int charsMax) {
        LinkedList<Map<String, Object>> shown = new LinkedList<>();
        int left = charsMax;
        for (ModelMessage message : messages.reversed()) {
            if (left <= 0) break;
            List<Map<String, Object>> parts = parts(message, left);
            shown.addFirst(Map.of("role", role(message), "parts", parts));
            left -= Math.max(1, length(parts));
        }
        return Json.text(shown);
    }

    static String tools(List<ToolSpec> tools, int charsMax) {
        return Json.text(tools.stream()
                .map(tool -> Map.of(
                        "type", "function",
                        "name", tool.name(),
                        "description", cut(tool.description(), charsMax / tools.size())))
                .toList());
    }

    /** At most {@code charsMax} characters, and no half of a pair of surrogates at the end. */
    static String cut(String text, int charsMax) {
        if (text.length() <= charsMax) return text;
        int end = charsMax > 0 && Character.isHighSurrogate(text.charAt(charsMax - 1)) ? charsMax - 1 : charsMax;
        return text.substring(0, end);
    }

    private static String role(ModelMessage message) {
        return switch (message) {
            case ModelMessage.User user -> "user";
            case ModelMessage.Assistant assistant -> "assistant";
            case ModelMessage.ToolOutcome outcome -> "tool";
        };
    }

    private static List<Map<String, Object>> parts(ModelMessage message, int charsMax) {
        return switch (message) {
            case ModelMessage.User user -> List.of(text(user.content().text(), charsMax));
            case ModelMessage.ToolOutcome outcome ->
                List.of(Map.of(
                        "type", "tool_call_response",
                        "id", outcome.id(),
                        "response", cut(outcome.content().text(), charsMax)));
            case ModelMessage.Assistant turn -> {
                List<Map<String, Object>> parts = new ArrayList<>();
                int left = charsMax;
                if (!turn.texts().isEmpty()) {
                    parts.add(text(turn.text(), left));
                    left -= length(parts);
                }
                for (ModelMessage.ToolRequest call : turn.calls()) {
                    String arguments = cut(call.arguments(), Math.max(0, left));
                    left -= arguments.length();
                    parts.add(
                            Map.of("type", "tool_call", "id", call.id(), "name", call.name(), "arguments", arguments));
                }
                yield parts;
            }
        };
    }

    private static Map<String, Object> text(String text, int charsMax) {
        return Map.of("type", "text", "content", cut(text, charsMax));
    }

    private static int length(List<Map<String, Object>> parts) {
        return parts.stream()
                .flatMap(part -> part.values().stream())
                .mapToInt(value -> value.toString().length())
                .sum();
    }
}
