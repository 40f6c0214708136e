package io.reprise.model;

import java.util.List;

/** A message of the conversation that a model is given. */
public sealed interface ModelMessage {
    record User(String text) implements ModelMessage {}

    /** A turn of the model itself; {@code text} may be empty when it called tools. */
    record Assistant(String text, List<ToolRequest> calls) implements ModelMessage {
        public Assistant {
            calls = List.copyOf(calls);
        }
    }

    /** What a tool answered to the call {@code id}. */
    record ToolOutcome(String id, String name, String text) implements ModelMessage {}

    /** A call that the model asked for; {@code arguments} is JSON text as the model wrote it. */
    record ToolRequest(String id, String name, String arguments) {}
}
