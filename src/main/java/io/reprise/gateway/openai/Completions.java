package io.reprise.gateway.openai;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The objects of which an answer consists. */
final class Completions {
    static final String DONE = "[DONE]";

    private final String id;
    private final String model;
    private final long createdS;
    private final boolean countsTokens;

    /** @param countsTokens whether pieces say that tokens are counted at the end */
    Completions(String id, String model, long createdS, boolean countsTokens) {
        this.id = id;
        this.model = model;
        this.createdS = createdS;
        this.countsTokens = countsTokens;
    }

    JsonObject first() {
        return piece(new JsonObject().put("role", "assistant").put("content", ""), null);
    }

    JsonObject said(String text) {
        return piece(new JsonObject().put("content", text), null);
    }

    JsonObject last(String reason) {
        return piece(new JsonObject(), reason);
    }

    /** Each call in one piece, because nobody can begin with half of its arguments. */
    JsonObject called(JsonArray calls) {
        JsonArray numbered = new JsonArray();
        for (int i = 0; i < calls.size(); i++) {
            numbered.add(calls.getJsonObject(i).copy().put("index", i));
        }
        return piece(new JsonObject().put("tool_calls", numbered), null);
    }

    private JsonObject piece(JsonObject delta, String reason) {
        JsonObject choice = new JsonObject()
                .put("index", 0)
                .put("delta", delta)
                .put("logprobs", null)
                .put("finish_reason", reason);
        JsonObject piece = object("chat.completion.chunk").put("choices", new JsonArray().add(choice));
        return countsTokens ? piece.put("usage", null) : piece;
    }

    JsonObject tokens(JsonObject usage) {
        return object("chat.completion.chunk").put("choices", new JsonArray()).put("usage", usage);
    }

    JsonObject whole(String text, JsonArray calls, String reason, JsonObject usage) {
        JsonObject message = new JsonObject()
                .put("role", "assistant")
                .put("content", text.isEmpty() && !calls.isEmpty() ? null : text)
                .put("refusal", null);
        if (!calls.isEmpty()) message.put("tool_calls", calls);
        JsonObject choice = new JsonObject()
                .put("index", 0)
                .put("message", message)
                .put("logprobs", null)
                .put("finish_reason", reason);
        return object("chat.completion")
                .put("choices", new JsonArray().add(choice))
                .put("usage", usage);
    }

    private JsonObject object(String kind) {
        return new JsonObject()
                .put("id", id)
                .put("object", kind)
                .put("created", createdS)
                .put("model", model);
    }
}
