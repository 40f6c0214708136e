package io.reprise.model;

import java.util.List;

/**
 * A request to a model.
 *
 * @param prompt system prompt; empty for none
 * @param messages the conversation, oldest message first
 * @param tools tools that the model may call
 * @param zone IANA name of the user's time zone, or null
 * @param files content of files in the messages; middleware gets text files only, before they are cut
 * @param trace span of the call, which the provider is told as {@code traceparent}; or null
 */
public record ModelRequest(
        String prompt,
        List<ModelMessage> messages,
        List<ToolSpec> tools,
        Limits limits,
        String zone,
        ModelFiles files,
        String trace) {
    public ModelRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    /** This request with the content of files. */
    public ModelRequest with(ModelFiles its) {
        return new ModelRequest(prompt, messages, tools, limits, zone, its, trace);
    }

    /** This request with other messages. */
    public ModelRequest with(List<ModelMessage> others) {
        return new ModelRequest(prompt, others, tools, limits, zone, files, trace);
    }

    /** This request with another system prompt. */
    public ModelRequest prompted(String other) {
        return new ModelRequest(other, messages, tools, limits, zone, files, trace);
    }

    /** This request with other tools. */
    public ModelRequest offering(List<ToolSpec> others) {
        return new ModelRequest(prompt, messages, others, limits, zone, files, trace);
    }

    /** A request without files and without a span. */
    public ModelRequest(String prompt, List<ModelMessage> messages, List<ToolSpec> tools, Limits limits, String zone) {
        this(prompt, messages, tools, limits, zone, ModelFiles.NONE, null);
    }

    /** A request without a prompt and a zone. */
    public ModelRequest(List<ModelMessage> messages, List<ToolSpec> tools, Limits limits) {
        this("", messages, tools, limits, null);
    }

    /** This request as a part of a span. */
    public ModelRequest within(String span) {
        return new ModelRequest(prompt, messages, tools, limits, zone, files, span);
    }

    /** The description of a tool for a model; {@code schema} is the JSON Schema of its arguments. */
    public record ToolSpec(String name, String description, String schema) {}

    /**
     * How long a model may be silent.
     *
     * @param firstTokenMs until the first piece
     * @param idleMs between two pieces, and until the end
     */
    public record Limits(int firstTokenMs, int idleMs) {}
}
