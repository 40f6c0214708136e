package io.reprise.gateway.openai;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the agent says in a run: the texts of its messages, with an empty line between them. Sub-agents say nothing in it.
 * Remembers the text only where it is wanted as a whole.
 */
final class Answer {
    private static final String BETWEEN = "\n\n";

    private final boolean whole;
    private final List<Text> texts = new ArrayList<>();
    private final Map<String, Call> calls = new LinkedHashMap<>();
    private int length;

    /** A call of a tool, of the agent's or of the caller's. */
    private static final class Call {
        private final String name;
        private final long seq;
        private final StringBuilder arguments = new StringBuilder();

        private Call(String name, long seq) {
            this.name = name;
            this.seq = seq;
        }
    }

    /** A message of the agent, from the event with which it began. */
    private static final class Text {
        private final String message;
        private final long seq;
        private final StringBuilder said = new StringBuilder();
        private boolean isEmpty = true;

        private Text(String message, long seq) {
            this.message = message;
            this.seq = seq;
        }
    }

    Answer(boolean whole) {
        this.whole = whole;
    }

    /** The piece of text that an event adds; empty for none. */
    String add(JsonObject event, long seq) {
        if (event.containsKey("subagentRunId")) return "";
        String message = event.getString("messageId");
        switch (event.getString("type")) {
            case "TEXT_MESSAGE_START" -> {
                if ("assistant".equals(event.getString("role"))) texts.add(new Text(message, seq));
            }
            case "TEXT_MESSAGE_CONTENT" -> {
                if (!texts.isEmpty() && texts.getLast().message.equals(message)) return more(event.getString("delta"));
            }
            case "TOOL_CALL_START" ->
                calls.put(event.getString("toolCallId"), new Call(event.getString("toolCallName"), seq));
            case "TOOL_CALL_ARGS" -> {
                Call call = calls.get(event.getString("toolCallId"));
                if (call != null) call.arguments.append(event.getString("delta"));
            }
            case "TOOL_CALL_RESULT" -> calls.remove(event.getString("toolCallId"));
            default -> {}
        }
        return "";
    }

    /** The calls that wait for their caller, in OpenAI's form. */
    JsonArray calls(JsonArray pending) {
        JsonArray all = new JsonArray();
        calls.forEach((id, call) -> {
            if (!pending.contains(id)) return;
            String arguments = call.arguments.isEmpty() ? "{}" : call.arguments.toString();
            all.add(new JsonObject()
                    .put("id", id)
                    .put("type", "function")
                    .put("function", new JsonObject().put("name", call.name).put("arguments", arguments)));
        });
        return all;
    }

    private String more(String delta) {
        Text text = texts.getLast();
        boolean isNext = text.isEmpty && texts.stream().anyMatch(before -> !before.isEmpty);
        text.isEmpty = text.isEmpty && delta.isEmpty();
        length += delta.length();
        if (whole) text.said.append(delta);
        return isNext && !delta.isEmpty() ? BETWEEN + delta : delta;
    }

    /**
     * The run goes on from an earlier event, and what it has said since is void.
     *
     * @return whether something is void that a reader of pieces has received
     */
    boolean restarted(long toSeq) {
        boolean isVoid = texts.stream().anyMatch(text -> text.seq > toSeq && !text.isEmpty);
        texts.removeIf(text -> text.seq > toSeq);
        calls.values().removeIf(call -> call.seq > toSeq);
        length = texts.stream().mapToInt(text -> text.said.length()).sum();
        return isVoid;
    }

    /** Characters of what was said. */
    int length() {
        return length;
    }

    String text() {
        return String.join(
                BETWEEN,
                texts.stream()
                        .filter(text -> !text.isEmpty)
                        .map(text -> text.said.toString())
                        .toList());
    }

    /** The tokens of a run in OpenAI's form. @param usage those of each model, or null */
    static JsonObject usage(JsonArray usage) {
        int input = sum(usage, "inputTokens");
        int output = sum(usage, "outputTokens");
        return new JsonObject()
                .put("prompt_tokens", input)
                .put("completion_tokens", output)
                .put("total_tokens", input + output)
                .put("prompt_tokens_details", new JsonObject().put("cached_tokens", sum(usage, "cachedInputTokens")))
                .put(
                        "completion_tokens_details",
                        new JsonObject().put("reasoning_tokens", sum(usage, "reasoningTokens")));
    }

    private static int sum(JsonArray usage, String key) {
        if (usage == null) return 0;
        return usage.stream()
                .mapToInt(one -> ((JsonObject) one).getInteger(key, 0))
                .sum();
    }
}
