package io.reprise.model.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.model.provider.WithTidyEvents.Tidy;
import java.util.List;

/**
 * The lines of one answer of Ollama, whose calls of tools come whole. Before it numbered them, and where it does not,
 * langchain4j takes several for one; some services that resemble it send arguments as text.
 */
final class TidyOllama implements Tidy {
    private int calls;

    @Override
    public List<ServerSentEvent> tidy(ServerSentEvent event) {
        if (event.data().isBlank()) return List.of();
        if (!event.data().contains("\"tool_calls\"")) return List.of(event);
        ObjectNode line = JsonText.parsed(event.data()).orElse(null);
        if (line == null) return List.of(event);
        for (JsonNode call : line.at("/message/tool_calls")) {
            if (call.path("function") instanceof ObjectNode function) tidy(function);
        }
        return List.of(new ServerSentEvent(event.event(), line.toString()));
    }

    private void tidy(ObjectNode function) {
        function.put("index", calls++);
        JsonNode arguments = function.path("arguments");
        if (!arguments.isTextual()) return;
        JsonText.parsed(arguments.asText()).ifPresent(object -> function.set("arguments", object));
    }
}
