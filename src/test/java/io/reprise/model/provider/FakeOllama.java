package io.reprise.model.provider;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Ollama's chat: a JSON object on each line. Tool calls come complete. */
final class FakeOllama extends FakeAnswer {
    FakeOllama(HttpServerRequest request) {
        super(request);
    }

    @Override
    public FakeAnswer text(String delta) {
        return line(object("role", "assistant", "content", delta), object("done", false));
    }

    @Override
    public FakeAnswer thinking(String delta) {
        return line(object("role", "assistant", "content", "", "thinking", delta), object("done", false));
    }

    @Override
    public FakeAnswer tool(int index, String id, String name, String... arguments) {
        String all = arguments.length == 0 ? "{}" : String.join("", arguments);
        // A call that breaks off is never sent at all.
        if (!all.endsWith("}")) return head();
        JsonObject call = object("id", id, "function", object("index", index, "name", name));
        call.getJsonObject("function").put("arguments", new JsonObject(all));
        JsonObject message = object("role", "assistant", "content", "", "tool_calls", new JsonArray().add(call));
        return line(message, object("done", false));
    }

    @Override
    public FakeAnswer finish(Finish finish, Integer inputTokens, Integer outputTokens) {
        JsonObject end = object("done", true, "done_reason", finish == Finish.LENGTH ? "length" : "stop");
        if (inputTokens != null) end.put("prompt_eval_count", inputTokens).put("eval_count", outputTokens);
        line(object("role", "assistant", "content", ""), end);
        end();
        return this;
    }

    @Override
    public FakeAnswer error(String kind, String message) {
        return raw(errorBody(kind, message) + "\n");
    }

    @Override
    public FakeAnswer malformed(String text) {
        return raw(text + "\n");
    }

    @Override
    protected String contentType() {
        return "application/x-ndjson";
    }

    @Override
    protected String errorBody(String kind, String message) {
        return json("error", message);
    }

    private FakeAnswer line(JsonObject message, JsonObject rest) {
        JsonObject line = object("model", "small-1", "created_at", "2025-11-25T03:00:00.123456Z", "message", message);
        return raw(line.mergeIn(rest).encode() + "\n");
    }
}
