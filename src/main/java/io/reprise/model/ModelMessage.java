package io.reprise.model;

import io.reprise.message.Content;
import java.util.List;

/** A message in the context of a model. */
public sealed interface ModelMessage {
    /**
     * What a user said.
     *
     * @param isRecall nobody typed this: it is the text of a recall that came due
     */
    record User(Content content, boolean isRecall) implements ModelMessage {
        public User(Content content) {
            this(content, false);
        }

        public User(String text) {
            this(Content.of(text));
        }

        /** What a recall says when it is due. */
        public static User ofRecall(Content content) {
            return new User(content, true);
        }

        public static User ofRecall(String text) {
            return ofRecall(Content.of(text));
        }
    }

    /**
     * A turn of the model itself.
     *
     * @param texts what it said, in several parts where it thought in between; may be empty when it called tools
     * @param kept null unless the provider wants something back with the turn
     */
    record Assistant(List<String> texts, List<ToolRequest> calls, Kept kept) implements ModelMessage {
        public Assistant {
            texts = List.copyOf(texts);
            calls = List.copyOf(calls);
        }

        public Assistant(String text, List<ToolRequest> calls) {
            this(text.isEmpty() ? List.of() : List.of(text), calls, null);
        }

        /** All that it said. */
        public String text() {
            return String.join("\n\n", texts);
        }

        /** The same turn with other calls. */
        public Assistant with(List<ToolRequest> others) {
            return new Assistant(texts, others, kept);
        }
    }

    /**
     * What a provider wants back with a turn.
     *
     * @param thoughts what the model thought in the turn, as it was shown; may be empty
     * @param state the rest, as {@link ModelTurn#state} gave it
     */
    record Kept(String thoughts, String state) {}

    /** What a tool answered to the call {@code id}. */
    record ToolOutcome(String id, String name, Content content) implements ModelMessage {
        public ToolOutcome(String id, String name, String text) {
            this(id, name, Content.of(text));
        }
    }

    /**
     * A call that the model asked for.
     *
     * @param arguments JSON text as the model wrote it
     * @param state what its provider wants back with it, as {@link ModelTurn#callStates} gave it, or null
     */
    record ToolRequest(String id, String name, String arguments, String state) {
        public ToolRequest(String id, String name, String arguments) {
            this(id, name, arguments, null);
        }

        /** The same call with other arguments. */
        public ToolRequest with(String others) {
            return new ToolRequest(id, name, others, state);
        }
    }
}
