package io.reprise.model.provider;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Gemini's chunks as server-sent events. Tool calls come complete; the stream ends without a mark. */
final class FakeGemini extends FakeAnswer {
    FakeGemini(HttpServerRequest request) {
        super(request);
    }

    @Override
    public FakeAnswer text(String delta) {
        return part(object("text", delta));
    }

    @Override
    public FakeAnswer thinking(String delta) {
        return part(object("text", delta, "thought", true));
    }

    @Override
    public FakeAnswer tool(int index, String id, String name, String... arguments) {
        String all = arguments.length == 0 ? "{}" : String.join("", arguments);
        // A call that breaks off is never sent at all.
        if (!all.endsWith("}")) return head();
        JsonObject part = object("functionCall", object("id", id, "name", name, "args", new JsonObject(all)));
        if (index == 0) part.put("thoughtSignature", "signed-" + name);
        return part(part);
    }

    @Override
    public FakeAnswer finish(Finish finish, Integer inputTokens, Integer outputTokens) {
        String reason = switch (finish) {
            case STOP, TOOLS -> "STOP";
            case LENGTH -> "MAX_TOKENS";
            case FILTER -> "SAFETY";
        };
        JsonObject candidate = object("index", 0, "finishReason", reason);
        if (finish != Finish.FILTER) {
            candidate.put("content", object("role", "model", "parts", new JsonArray().add(object("text", ""))));
        }
        JsonObject chunk = object("candidates", new JsonArray().add(candidate), "modelVersion", "small-1");
        if (inputTokens != null) {
            chunk.put(
                    "usageMetadata",
                    object(
                            "promptTokenCount",
                            inputTokens,
                            "candidatesTokenCount",
                            outputTokens,
                            "totalTokenCount",
                            inputTokens + outputTokens));
        }
        event(chunk.encode());
        end();
        return this;
    }

    @Override
    public FakeAnswer error(String kind, String message) {
        return event(errorBody(kind, message));
    }

    @Override
    public FakeAnswer malformed(String text) {
        return event(text);
    }

    @Override
    protected String contentType() {
        return "text/event-stream";
    }

    @Override
    protected String errorBody(String kind, String message) {
        return json("error", object("message", message, "status", kind));
    }

    private FakeAnswer part(JsonObject part) {
        JsonObject content = object("role", "model", "parts", new JsonArray().add(part));
        return event(json("candidates", new JsonArray().add(object("index", 0, "content", content))));
    }

    private FakeAnswer event(String data) {
        return raw("data: " + data + "\r\n\r\n");
    }
}
