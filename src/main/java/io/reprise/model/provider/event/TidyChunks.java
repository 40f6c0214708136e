package io.reprise.model.provider.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.model.provider.call.CallAssembler;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.event.WithTidyEvents.Tidy;
import io.reprise.model.provider.json.JsonText;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Normalises the chunks of the OpenAI API. Compatible services use other fields for reasoning and text; tool calls go
 * to the {@link CallAssembler}.
 */
public final class TidyChunks implements Tidy {
    private static final Pattern UNUSUAL = Pattern.compile(
            "\"(?:tool_calls|reasoning|refusal|message)\"" + "|\"content\"\\s*:\\s*\\[|\"finish_reason\"\\s*:\\s*\"");

    private final Consumer<CallPart> calls;

    public TidyChunks(Consumer<CallPart> calls) {
        this.calls = calls;
    }

    /** The text in a chunk comes before the part of a call in the same chunk. */
    @Override
    public void tidy(ServerSentEvent event, Consumer<ServerSentEvent> onward) {
        ObjectNode chunk = UNUSUAL.matcher(event.data()).find()
                ? JsonText.parsed(event.data()).orElse(null)
                : null; // Nearly all chunks.
        if (chunk == null || !(chunk.at("/choices/0") instanceof ObjectNode choice)) {
            onward.accept(event);
            return;
        }
        if (choice.hasNonNull("finish_reason")) {
            choice.put(
                    "finish_reason", FinishWord.of(choice.path("finish_reason").asText()));
        }
        // A service that does not stream sends everything in one chunk, as a message.
        if (!choice.hasNonNull("delta") && choice.hasNonNull("message")) choice.set("delta", choice.remove("message"));
        ObjectNode delta = choice.path("delta") instanceof ObjectNode object ? object : JsonText.empty();
        tidyTexts(delta);
        JsonNode parts = delta.remove("tool_calls");
        onward.accept(new ServerSentEvent(event.event(), chunk.toString()));
        if (parts instanceof ArrayNode) parts.forEach(part -> calls.accept(CallPart.ofFunction(part)));
    }

    private static void tidyTexts(ObjectNode delta) {
        StringBuilder thoughts =
                new StringBuilder(delta.path("reasoning_content").asText(""));
        if (thoughts.isEmpty() && delta.path("reasoning").isTextual()) {
            thoughts.append(delta.path("reasoning").asText());
        }
        if (delta.get("content") instanceof ArrayNode parts) {
            StringBuilder text = new StringBuilder();
            for (JsonNode part : parts) {
                text.append(part.path("text").asText(""));
                for (JsonNode thought : part.path("thinking")) {
                    thoughts.append(thought.path("text").asText(""));
                }
            }
            delta.put("content", text.toString());
        }
        if (!delta.hasNonNull("content") && delta.path("refusal").isTextual())
            delta.set("content", delta.get("refusal"));
        if (!thoughts.isEmpty()) delta.put("reasoning_content", thoughts.toString());
    }
}
