package io.reprise.model.provider;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** Mistral's form of the chunks of OpenAI: thoughts are parts of the content, calls come complete, errors are flat. */
final class FakeMistral extends FakeOpenAi {
    FakeMistral(HttpServerRequest request) {
        super(request);
    }

    @Override
    public FakeAnswer thinking(String delta) {
        JsonObject part =
                object("type", "thinking", "thinking", new JsonArray().add(object("type", "text", "text", delta)));
        return delta(object("content", new JsonArray().add(part)));
    }

    @Override
    public FakeAnswer tool(int index, String id, String name, String... arguments) {
        return super.tool(index, id, name, String.join("", arguments));
    }

    @Override
    protected String errorBody(String kind, String message) {
        return json("object", "error", "message", message, "type", kind, "param", null, "code", null);
    }
}
