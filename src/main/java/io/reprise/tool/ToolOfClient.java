package io.reprise.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.message.ClientTool;
import io.reprise.message.Json;
import io.reprise.message.content.Content;
import io.reprise.message.inquiry.Inquiry;
import io.reprise.support.StopSignal;

/**
 * A tool that the client of the run executes. Its call waits for the client as other calls wait for people, and goes on
 * with what the client brings.
 */
public final class ToolOfClient implements Tool {
    private static final int SCHEMA_BYTES_MAX = 65_536;
    private static final int SCHEMA_DEPTH_MAX = 32;
    private static final String LATE = "the client gave no result.";

    private final ClientTool declared;
    private final String schema;

    public ToolOfClient(ClientTool declared) {
        this.declared = declared;
        ObjectNode given = Json.parse(declared.parameters(), JsonNode.class) instanceof ObjectNode object
                ? object
                : JsonNodeFactory.instance.objectNode();
        this.schema = ModelSchema.of(given, SCHEMA_BYTES_MAX, SCHEMA_DEPTH_MAX).toString();
    }

    @Override
    public String name() {
        return declared.name();
    }

    @Override
    public String description() {
        return declared.description();
    }

    @Override
    public String schema() {
        return schema;
    }

    /** To hand a call out again is harmless: only the session hands it to clients, and takes one result. */
    @Override
    public ToolTraits traits() {
        return ToolTraits.WRITES_ONCE;
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) {
        if (call.continued() == null) throw AskingException.keeping(Inquiry.ofClient(), "");
        String text =
                call.continued().content() == null ? LATE : call.continued().content();
        return switch (call.continued().answer()) {
            case ACCEPT -> Content.of(text);
            case DECLINE, CANCEL -> throw new ToolFailure(text);
        };
    }
}
