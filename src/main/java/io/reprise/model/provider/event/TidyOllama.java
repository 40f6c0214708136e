package io.reprise.model.provider.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.event.WithTidyEvents.Tidy;
import io.reprise.model.provider.json.JsonText;
import java.util.function.Consumer;

/**
 * Normalises the lines of the Ollama API. Tool calls arrive complete: one without an id is a separate call, whatever
 * its number, which not every version sends.
 */
public final class TidyOllama implements Tidy {
    private final Consumer<CallPart> calls;
    private int withoutId;

    public TidyOllama(Consumer<CallPart> calls) {
        this.calls = calls;
    }

    @Override
    public void tidy(ServerSentEvent event, Consumer<ServerSentEvent> onward) {
        if (event.data().isBlank()) return;
        ObjectNode line = event.data().contains("\"tool_calls\"")
                ? JsonText.parsed(event.data()).orElse(null)
                : null;
        if (line == null || !(line.path("message") instanceof ObjectNode message)) {
            onward.accept(event);
            return;
        }
        JsonNode parts = message.remove("tool_calls");
        onward.accept(new ServerSentEvent(event.event(), line.toString()));
        if (parts != null) parts.forEach(call -> calls.accept(numbered(CallPart.ofFunction(call))));
    }

    private CallPart numbered(CallPart call) {
        String number = call.hasId() ? "" : Integer.toString(withoutId++);
        return new CallPart(number, call.id(), call.name(), call.arguments(), call.extra());
    }
}
