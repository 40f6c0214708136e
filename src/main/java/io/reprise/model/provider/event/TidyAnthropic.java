package io.reprise.model.provider.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.http.client.sse.ServerSentEvent;
import io.reprise.model.provider.call.CallAssembler;
import io.reprise.model.provider.call.CallPart;
import io.reprise.model.provider.event.WithTidyEvents.Tidy;
import io.reprise.model.provider.json.JsonText;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Normalises the event stream of the Anthropic API. Tool call blocks go to the {@link CallAssembler}, also those of
 * services that send the whole input at once. Some services omit the lines with event names.
 */
public final class TidyAnthropic implements Tidy {
    private static final String START = "content_block_start";
    private static final String DELTA = "content_block_delta";
    private static final String STOP = "content_block_stop";

    private final Consumer<CallPart> calls;
    private final Set<String> callBlocks = new HashSet<>();

    public TidyAnthropic(Consumer<CallPart> calls) {
        this.calls = calls;
    }

    @Override
    public void tidy(ServerSentEvent event, Consumer<ServerSentEvent> onward) {
        String name = event.event();
        boolean unusual = name == null || START.equals(name) || !callBlocks.isEmpty();
        ObjectNode data = unusual ? JsonText.parsed(event.data()).orElse(null) : null;
        if (data == null) {
            onward.accept(event);
            return;
        }
        String type = name == null ? data.path("type").asText("") : name;
        String block = CallPart.plain(data.path("index"));
        boolean ofCall = switch (type) {
            case START -> start(block, data.path("content_block"));
            case DELTA -> delta(block, data.path("delta"));
            case STOP -> callBlocks.remove(block);
            default -> false;
        };
        if (!ofCall) onward.accept(new ServerSentEvent(type.isEmpty() ? name : type, event.data()));
    }

    private boolean start(String block, JsonNode content) {
        if (!content.path("type").asText("").equals("tool_use")) {
            callBlocks.remove(block);
            return false;
        }
        callBlocks.add(block);
        JsonNode input = content.path("input");
        String arguments = input.isObject() && input.isEmpty() ? "" : CallPart.arguments(input);
        calls.accept(new CallPart(
                block, CallPart.plain(content.path("id")), content.path("name").asText(""), arguments));
        return true;
    }

    private boolean delta(String block, JsonNode delta) {
        if (!callBlocks.contains(block)) return false;
        calls.accept(new CallPart(block, "", "", CallPart.arguments(delta.path("partial_json"))));
        return true;
    }
}
