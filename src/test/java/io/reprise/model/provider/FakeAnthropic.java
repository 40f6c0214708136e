package io.reprise.model.provider;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Anthropic's messages as server-sent events: blocks one after the other. */
final class FakeAnthropic extends FakeAnswer {
    private int block = -1;
    private String open = "";
    private boolean begun;

    FakeAnthropic(HttpServerRequest request) {
        super(request);
    }

    @Override
    public FakeAnswer text(String delta) {
        block("text", object("type", "text", "text", ""));
        return delta(object("type", "text_delta", "text", delta));
    }

    @Override
    public FakeAnswer thinking(String delta) {
        block("thinking", object("type", "thinking", "thinking", "", "signature", ""));
        return delta(object("type", "thinking_delta", "thinking", delta));
    }

    @Override
    public FakeAnswer tool(int index, String id, String name, String... arguments) {
        block("tool " + index, object("type", "tool_use", "id", id, "name", name, "input", object()));
        delta(object("type", "input_json_delta", "partial_json", ""));
        for (String part : arguments) delta(object("type", "input_json_delta", "partial_json", part));
        return this;
    }

    @Override
    public FakeAnswer finish(Finish finish, Integer inputTokens, Integer outputTokens) {
        begin(inputTokens);
        closeBlock();
        String reason = switch (finish) {
            case STOP -> "end_turn";
            case TOOLS -> "tool_use";
            case LENGTH -> "max_tokens";
            case FILTER -> "refusal";
        };
        JsonObject usage =
                outputTokens == null ? object() : object("input_tokens", inputTokens, "output_tokens", outputTokens);
        event("message_delta", object("delta", object("stop_reason", reason, "stop_sequence", null), "usage", usage));
        event("message_stop", object());
        end();
        return this;
    }

    @Override
    public FakeAnswer error(String kind, String message) {
        return raw("event: error\ndata: " + errorBody(kind, message) + "\n\n");
    }

    @Override
    public FakeAnswer malformed(String text) {
        return raw("event: content_block_delta\ndata: " + text + "\n\n");
    }

    @Override
    protected String contentType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    protected String errorBody(String kind, String message) {
        return json("type", "error", "error", object("type", kind, "message", message));
    }

    private void begin(Integer inputTokens) {
        if (begun) return;
        begun = true;
        JsonObject usage = inputTokens == null
                ? object()
                : object("input_tokens", inputTokens, "output_tokens", 1, "cache_read_input_tokens", 0);
        JsonObject message = object(
                "id",
                "msg_1",
                "type",
                "message",
                "role",
                "assistant",
                "model",
                "small-1",
                "content",
                new JsonArray(),
                "stop_reason",
                null,
                "stop_sequence",
                null,
                "usage",
                usage);
        event("message_start", object("message", message));
        event("ping", object());
    }

    private void block(String kind, JsonObject content) {
        begin(null);
        if (open.equals(kind)) return;
        closeBlock();
        open = kind;
        block++;
        event("content_block_start", object("index", block, "content_block", content));
    }

    private void closeBlock() {
        if (open.isEmpty()) return;
        if (open.equals("thinking")) delta(object("type", "signature_delta", "signature", "signed-" + block));
        event("content_block_stop", object("index", block));
        open = "";
    }

    private FakeAnswer delta(JsonObject delta) {
        return event("content_block_delta", object("index", block, "delta", delta));
    }

    private FakeAnswer event(String type, JsonObject data) {
        return raw("event: " + type + "\ndata: "
                + object("type", type).mergeIn(data).encode() + "\n\n");
    }
}
