package io.reprise.gateway.openai;

import io.reprise.config.completion.CompletionSettings;
import io.reprise.message.Failure;
import io.reprise.support.Texts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/**
 * Reads requests for completions. Parameters of a model that an agent decides itself are ignored; those that change what an
 * answer is are refused, because an answer of another kind would be taken for what was asked for.
 */
final class ChatReader {
    private static final List<String> UNSUPPORTED = List.of("tools", "functions", "logprobs", "audio", "prediction");

    private final CompletionSettings limits;
    private final int textBytesMax;
    private Failure fault;
    private String param;

    ChatReader(CompletionSettings limits, int textBytesMax) {
        this.limits = limits;
        this.textBytesMax = textBytesMax;
    }

    /** Null if it cannot be carried out; then {@link #fault} says why. */
    ChatRequest read(JsonObject body) {
        String model = body.getValue("model") instanceof String text ? text : "";
        if (model.isEmpty()) wrong("model", "`model` must be the name of an agent; GET /v1/models lists them.");
        for (String name : UNSUPPORTED)
            if (isGiven(body.getValue(name))) wrong(name, "`" + name + "` is not supported.");
        if (body.getValue("n") != null && !Integer.valueOf(1).equals(body.getValue("n"))) wrong("n", "`n` must be 1.");
        if (body.getValue("response_format") instanceof JsonObject format && !"text".equals(format.getValue("type"))) {
            wrong("response_format", "`response_format` must be text.");
        }
        ChatMessages messages = messages(body);
        JsonObject options = body.getValue("stream_options") instanceof JsonObject some ? some : new JsonObject();
        return fault != null
                ? null
                : new ChatRequest(
                        model,
                        messages.earlier(),
                        messages.said(),
                        !Boolean.TRUE.equals(body.getValue("stream")),
                        Boolean.TRUE.equals(options.getValue("include_usage")));
    }

    private static boolean isGiven(Object value) {
        if (value instanceof JsonArray list) return !list.isEmpty();
        return value != null && !Boolean.FALSE.equals(value);
    }

    private ChatMessages messages(JsonObject body) {
        ChatMessages messages = new ChatMessages();
        if (!(body.getValue("messages") instanceof JsonArray list) || list.isEmpty()) {
            wrong("messages", "`messages` must be a list of at least one message.");
            return messages;
        }
        if (list.size() > limits.messagesMax()) {
            wrong("messages", "`messages` must not have more than " + limits.messagesMax() + " messages.");
            return messages;
        }
        for (int at = 0; at < list.size() && fault == null; at++) {
            if (list.getValue(at) instanceof JsonObject message) messages.add(message);
            else wrong("messages", "`messages` must be objects.");
            if (messages.fault() != null) wrong("messages[" + at + "]", messages.fault());
        }
        if (messages.said().isBlank()) wrong("messages", "The last message must be one of a user, and not empty.");
        if (Texts.utf8Bytes(messages.said()) > textBytesMax && fault == null) {
            fault = Failure.tooLong("content", textBytesMax);
            param = "messages";
        }
        return messages;
    }

    private void wrong(String name, String why) {
        if (fault != null) return;
        fault = Failure.badRequest(why);
        param = name;
    }

    Failure fault() {
        return fault;
    }

    /** What of the request is wrong. */
    String param() {
        return param;
    }
}
