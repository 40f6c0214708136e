package io.reprise.gateway.openai;

import io.reprise.config.completion.CompletionSettings;
import io.reprise.gateway.frame.ClientToolReader;
import io.reprise.gateway.frame.Fields;
import io.reprise.message.ClientTool;
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
    private static final List<String> UNSUPPORTED = List.of("functions", "logprobs", "audio", "prediction");

    private final CompletionSettings limits;
    private final ClientToolReader toolReader;
    private final int textBytesMax;
    private final int imagesMax;
    private Failure fault;
    private String param;

    /**
     * @param textBytesMax of what is said now
     * @param imagesMax of what is said now
     */
    ChatReader(CompletionSettings limits, ClientToolReader toolReader, int textBytesMax, int imagesMax) {
        this.limits = limits;
        this.toolReader = toolReader;
        this.textBytesMax = textBytesMax;
        this.imagesMax = imagesMax;
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
        boolean isFree = body.getValue("tool_choice") == null
                || "auto".equals(body.getValue("tool_choice"))
                || "none".equals(body.getValue("tool_choice"));
        if (!isFree) wrong("tool_choice", "`tool_choice` must be `auto` or `none`.");
        List<ClientTool> tools = "none".equals(body.getValue("tool_choice")) ? null : tools(body);
        ChatMessages messages = messages(body);
        JsonObject options = body.getValue("stream_options") instanceof JsonObject some ? some : new JsonObject();
        return fault != null
                ? null
                : new ChatRequest(
                        model,
                        messages.earlier(),
                        messages.said(),
                        messages.images(),
                        messages.results(),
                        tools,
                        !Boolean.TRUE.equals(body.getValue("stream")),
                        Boolean.TRUE.equals(options.getValue("include_usage")));
    }

    private List<ClientTool> tools(JsonObject body) {
        Object given = body.getValue("tools");
        if (given == null) return null;
        JsonArray functions = new JsonArray();
        boolean fits = given instanceof JsonArray list
                && list.stream()
                        .allMatch(one -> one instanceof JsonObject tool
                                && "function".equals(tool.getValue("type"))
                                && tool.getValue("function") instanceof JsonObject);
        if (!fits) {
            wrong("tools", "`tools` must be a list of tools of the type `function`.");
            return null;
        }
        ((JsonArray) given).forEach(one -> functions.add(((JsonObject) one).getJsonObject("function")));
        Fields fields = new Fields(new JsonObject().put("tools", functions));
        List<ClientTool> tools = toolReader.tools(fields);
        if (fields.fault() != null) fail("tools", fields.fault());
        return tools;
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
        boolean saysNothing = messages.said().isBlank() && messages.images().isEmpty();
        boolean hasResults = !messages.results().isEmpty() && messages.said().isEmpty();
        if (saysNothing && !hasResults) {
            wrong("messages", "The last message must be one of a user or a tool, and not empty.");
        }
        if (saysNothing && messages.hasOpenCalls()) wrong("messages", "Bring the results of all calls at once.");
        if (Texts.utf8Bytes(messages.said()) > textBytesMax) fail("messages", Failure.tooLong("content", textBytesMax));
        if (messages.images().size() > imagesMax) {
            wrong("messages", "A message must not have more than " + imagesMax + " images.");
        }
        return messages;
    }

    private void wrong(String name, String why) {
        fail(name, Failure.badRequest(why));
    }

    private void fail(String name, Failure its) {
        if (fault != null) return;
        fault = its;
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
