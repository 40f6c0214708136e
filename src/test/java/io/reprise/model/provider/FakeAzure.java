package io.reprise.model.provider;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;

/** Azure's form of the chunks of OpenAI: the first one has no choice, but what its filter says of the prompt. */
final class FakeAzure extends FakeOpenAi {
    FakeAzure(HttpServerRequest request) {
        super(request);
    }

    @Override
    protected void begin() {
        JsonArray filters = new JsonArray().add(object("prompt_index", 0, "content_filter_results", object()));
        raw("data: " + json("id", "", "model", "", "choices", new JsonArray(), "prompt_filter_results", filters)
                + "\n\n");
    }
}
