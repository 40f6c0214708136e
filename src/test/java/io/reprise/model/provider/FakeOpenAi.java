package io.reprise.model.provider;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** OpenAI's chat completions as server-sent events. */
class FakeOpenAi extends FakeAnswer {
    private boolean begun;

    FakeOpenAi(HttpServerRequest request) {
        super(request);
    }

    @Override
    public FakeAnswer text(String delta) {
        return delta(object("content", delta));
    }

    @Override
    public FakeAnswer thinking(String delta) {
        return delta(object("reasoning_content", delta));
    }

    @Override
    public FakeAnswer tool(int index, String id, String name, String... arguments) {
        call(object("index", index, "id", id, "type", "function", "function", object("name", name, "arguments", "")));
        for (String part : arguments) call(object("index", index, "function", object("arguments", part)));
        return this;
    }

    @Override
    public FakeAnswer finish(Finish finish, Integer inputTokens, Integer outputTokens) {
        String reason = switch (finish) {
            case STOP -> "stop";
            case TOOLS -> "tool_calls";
            case LENGTH -> "length";
            case FILTER -> "content_filter";
        };
        chunk(new JsonArray().add(object("index", 0, "delta", object(), "finish_reason", reason)), null);
        if (inputTokens != null) {
            chunk(
                    new JsonArray(),
                    object(
                            "prompt_tokens",
                            inputTokens,
                            "completion_tokens",
                            outputTokens,
                            "total_tokens",
                            inputTokens + outputTokens));
        }
        raw("data: [DONE]\n\n");
        end();
        return this;
    }

    @Override
    public FakeAnswer error(String kind, String message) {
        return raw("data: " + errorBody(kind, message) + "\n\n");
    }

    @Override
    public FakeAnswer malformed(String text) {
        return raw("data: " + text + "\n\n");
    }

    @Override
    protected String contentType() {
        return "text/event-stream; charset=utf-8";
    }

    @Override
    protected String errorBody(String kind, String message) {
        return json("error", object("message", message, "type", kind, "param", null, "code", null));
    }

    /** Called before the first piece. */
    protected void begin() {}

    private void call(JsonObject call) {
        delta(object("tool_calls", new JsonArray().add(call)));
    }

    protected final FakeAnswer delta(JsonObject delta) {
        if (!begun) {
            begun = true;
            begin();
            delta(object("role", "assistant", "content", ""));
        }
        return chunk(new JsonArray().add(object("index", 0, "delta", delta, "finish_reason", null)), null);
    }

    protected final FakeAnswer chunk(JsonArray choices, JsonObject usage) {
        return raw("data: "
                + json(
                        "id",
                        "chatcmpl-1",
                        "object",
                        "chat.completion.chunk",
                        "created",
                        1_700_000_000,
                        "model",
                        "small-1",
                        "choices",
                        choices,
                        "usage",
                        usage)
                + "\n\n");
    }
}
