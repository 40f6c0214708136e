package io.reprise.model.provider.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.event.WithTidyEvents.Tidy;
import io.reprise.model.provider.json.JsonText;
import java.util.Iterator;
import java.util.function.Consumer;

/**
 * Normalises the chunks of the Gemini API. Tool calls arrive complete. Chunks may have no candidate, which langchain4j
 * does not expect, and reasons that it does not know.
 */
public final class TidyGemini implements Tidy {
    private static final String PARTS = "parts";
    private static final String FINISH_REASON = "finishReason";

    private final Consumer<CallPart> calls;
    private int seen;

    public TidyGemini(Consumer<CallPart> calls) {
        this.calls = calls;
    }

    @Override
    public void tidy(ServerSentEvent event, Consumer<ServerSentEvent> onward) {
        ObjectNode chunk = JsonText.parsed(event.data()).orElse(null);
        if (chunk == null) {
            onward.accept(event);
            return;
        }
        ObjectNode candidate = chunk.at("/candidates/0") instanceof ObjectNode given
                ? given
                : chunk.putArray("candidates").addObject();
        tidyReason(candidate, chunk.at("/promptFeedback/blockReason").asText(""));
        ArrayNode called = JsonText.empty().putArray(PARTS);
        if (candidate.at("/content/parts") instanceof ArrayNode parts) separate(parts, called);
        onward.accept(new ServerSentEvent(event.event(), chunk.toString()));
        called.forEach(part -> calls.accept(call(part)));
    }

    /** @param blocked why the prompt was not answered at all; empty if it was */
    private static void tidyReason(ObjectNode candidate, String blocked) {
        if (!blocked.isEmpty()) candidate.put(FINISH_REASON, "SAFETY");
        String given = candidate.path(FINISH_REASON).asText("");
        if (given.isEmpty()) return;
        candidate.put(
                FINISH_REASON,
                switch (FinishWord.of(given)) {
                    case "length" -> "MAX_TOKENS";
                    case "content_filter" -> "SAFETY";
                    default -> "STOP";
                });
    }

    private static void separate(ArrayNode parts, ArrayNode called) {
        for (Iterator<JsonNode> all = parts.iterator(); all.hasNext(); ) {
            JsonNode part = all.next();
            if (!part.has("functionCall")) continue;
            called.add(part);
            all.remove();
        }
    }

    private CallPart call(JsonNode part) {
        JsonNode function = part.path("functionCall");
        ObjectNode extra = null;
        if (part.has("thoughtSignature")) {
            extra = JsonText.empty();
            extra.putObject("part").set("thoughtSignature", part.get("thoughtSignature"));
        }
        return new CallPart(
                Integer.toString(seen++),
                CallPart.plain(function.path("id")),
                function.path("name").asText(""),
                CallPart.arguments(function.path("args")),
                extra);
    }
}
