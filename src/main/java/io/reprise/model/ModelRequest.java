package io.reprise.model;

import java.util.List;

/**
 * A request to a model.
 *
 * @param prompt what the model is told of its task, above the conversation; empty for nothing
 * @param messages the conversation, the oldest first
 * @param tools what the model may call
 * @param zone IANA name of the user's time zone, or null
 */
public record ModelRequest(
        String prompt, List<ModelMessage> messages, List<ToolSpec> tools, Limits limits, String zone) {
    public ModelRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    /** Without a prompt and a zone. */
    public ModelRequest(List<ModelMessage> messages, List<ToolSpec> tools, Limits limits) {
        this("", messages, tools, limits, null);
    }

    /** A tool as a model sees it; {@code schema} is the JSON Schema text of its arguments. */
    public record ToolSpec(String name, String description, String schema) {}

    /**
     * How long a model may be silent.
     *
     * @param firstTokenMs before its first piece
     * @param idleMs between two pieces, and before the end
     */
    public record Limits(int firstTokenMs, int idleMs) {}
}
