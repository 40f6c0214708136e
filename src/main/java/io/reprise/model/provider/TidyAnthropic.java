package io.reprise.model.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.model.provider.WithTidyEvents.Tidy;
import java.util.List;

/**
 * The events of one answer in the language of Anthropic. Services that resemble it begin a call of a tool with its whole
 * input, which langchain4j does not look at: the tool would be called without arguments.
 */
final class TidyAnthropic implements Tidy {
    private static final String START = "content_block_start";
    private static final String DELTA = "content_block_delta";

    @Override
    public List<ServerSentEvent> tidy(ServerSentEvent event) {
        if (!START.equals(event.event()) || !event.data().contains("\"input\"")) return List.of(event);
        ObjectNode start = JsonText.parsed(event.data()).orElse(null);
        if (start == null || !(start.at("/content_block/input") instanceof ObjectNode input) || input.isEmpty()) {
            return List.of(event);
        }
        ObjectNode delta = JsonText.empty().put("type", DELTA);
        delta.set("index", start.path("index"));
        delta.putObject("delta").put("type", "input_json_delta").put("partial_json", input.toString());
        JsonNode block = start.path("content_block");
        ((ObjectNode) block).putObject("input");
        return List.of(new ServerSentEvent(START, start.toString()), new ServerSentEvent(DELTA, delta.toString()));
    }
}
