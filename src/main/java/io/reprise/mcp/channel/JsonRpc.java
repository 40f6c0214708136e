package io.reprise.mcp.channel;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Messages of JSON-RPC 2.0 as JSON. */
public final class JsonRpc {
    /** Nesting of a message; deeper ones are refused before they are read. */
    private static final int DEPTH_MAX = 200;

    /** The method by which a server asks a person. */
    static final String ASKS = "elicitation/create";

    static final int METHOD_NOT_FOUND = -32601;

    private static final int TEXT_CHARS_MAX = 300;
    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\p{Zl}\\p{Zp}]+");

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(Integer.MAX_VALUE)
                            .build())
                    .build())
            .build();

    private JsonRpc() {}

    public static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Whether a server says that it still works. */
    static boolean isProgress(JsonNode message) {
        return message.path("method").asText("").equals("notifications/progress");
    }

    /** With a token for progress, so that the server can say that it still works. */
    static ObjectNode request(long id, McpChannel.Call call) {
        ObjectNode message = object().put("jsonrpc", "2.0").put("id", id).put("method", call.method());
        ObjectNode params = call.params().deepCopy();
        if (call.method().equals("tools/call"))
            params.withObjectProperty("_meta").put("progressToken", id);
        message.set("params", params);
        return message;
    }

    static ObjectNode notification(String method, ObjectNode params) {
        ObjectNode message = object().put("jsonrpc", "2.0").put("method", method);
        if (!params.isEmpty()) message.set("params", params);
        return message;
    }

    /** The notification that nobody waits for the answer to a request any more. */
    static ObjectNode cancelled(long id, String reason) {
        return notification(
                "notifications/cancelled", object().put("requestId", id).put("reason", reason));
    }

    /** The response to a request of the server that concerns no call; this client answers {@code ping} only. */
    static ObjectNode response(JsonNode request) {
        ObjectNode message = object().put("jsonrpc", "2.0");
        message.set("id", request.get("id"));
        if (request.path("method").asText().equals("ping")) message.set("result", object());
        else message.putObject("error").put("code", METHOD_NOT_FOUND).put("message", "Method not found");
        return message;
    }

    /** @param send sends the response to the request */
    static McpChannel.Reply reply(JsonNode request, Consumer<ObjectNode> send) {
        return new McpChannel.Reply() {
            @Override
            public void result(ObjectNode result) {
                ObjectNode message = begun();
                message.set("result", result);
                send.accept(message);
            }

            @Override
            public void error(int code, String text) {
                ObjectNode message = begun();
                message.putObject("error").put("code", code).put("message", text);
                send.accept(message);
            }

            private ObjectNode begun() {
                ObjectNode message = object().put("jsonrpc", "2.0");
                message.set("id", request.get("id"));
                return message;
            }
        };
    }

    static String text(JsonNode message) {
        try {
            return MAPPER.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON", e);
        }
    }

    /** @throws McpFailure if this is not a JSON object */
    static JsonNode parsed(byte[] bytes) {
        try {
            JsonNode message = MAPPER.readTree(bytes);
            if (message != null && message.isObject()) return message;
        } catch (IOException e) {
            throw McpFailure.of(McpFailure.Kind.INVALID, "The server answered with something that is not JSON.", e);
        }
        throw McpFailure.of(McpFailure.Kind.INVALID, "The server answered with something that is not a message.");
    }

    /** Whether it is the response to the request with this id. */
    static boolean isResponse(JsonNode message, long id) {
        JsonNode its = message.path("id");
        boolean same =
                its.isIntegralNumber() ? its.asLong() == id : its.asText().equals(Long.toString(id));
        return same && !message.has("method");
    }

    /** @throws McpFailure with the error that the response contains */
    static JsonNode result(JsonNode response) {
        if (response.path("error").isObject()) throw McpFailure.ofError(response.get("error"));
        if (response.path("result").isObject()) return response.get("result");
        throw McpFailure.of(McpFailure.Kind.INVALID, "The server answered without a result.");
    }

    /** A text of a server for logs and messages: shortened, and in one line. */
    static String oneLine(String text) {
        String line = CONTROL.matcher(text).replaceAll(" ").strip();
        return line.length() <= TEXT_CHARS_MAX ? line : line.substring(0, TEXT_CHARS_MAX) + "...";
    }
}
