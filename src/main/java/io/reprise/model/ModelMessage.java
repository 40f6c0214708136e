package io.reprise.model;

import io.reprise.message.content.Content;
import java.util.List;

/** A message in the context of a model. */
public sealed interface ModelMessage {
    /**
     * A message of a user.
     *
     * @param isRecall whether it is the text of a due recall, which nobody typed
     */
    record User(Content content, boolean isRecall) implements ModelMessage {
        public User(Content content) {
            this(content, false);
        }

        public User(String text) {
            this(Content.of(text));
        }

        /** The message of a due recall. */
        public static User ofRecall(Content content) {
            return new User(content, true);
        }

        public static User ofRecall(String text) {
            return ofRecall(Content.of(text));
        }
    }

    /**
     * A turn of the model.
     *
     * @param texts its text, in several parts if there was reasoning in between; may be empty if it has calls
     * @param kept null unless the provider requires data to be sent back with the turn
     */
    record Assistant(List<String> texts, List<ToolRequest> calls, Kept kept) implements ModelMessage {
        public Assistant {
            texts = List.copyOf(texts);
            calls = List.copyOf(calls);
        }

        public Assistant(String text, List<ToolRequest> calls) {
            this(text.isEmpty() ? List.of() : List.of(text), calls, null);
        }

        /** The whole text. */
        public String text() {
            return String.join("\n\n", texts);
        }

        /** This turn with other calls. */
        public Assistant with(List<ToolRequest> others) {
            return new Assistant(texts, others, kept);
        }
    }

    /**
     * Data to send back to the provider with a turn.
     *
     * @param thoughts reasoning of the turn, as it was shown; may be empty
     * @param state other data, from {@link ModelTurn#state}
     */
    record Kept(String thoughts, String state) {}

    /** The result of the tool call {@code id}. */
    record ToolOutcome(String id, String name, Content content) implements ModelMessage {
        public ToolOutcome(String id, String name, String text) {
            this(id, name, Content.of(text));
        }
    }

    /**
     * A tool call that the model requested.
     *
     * @param arguments JSON text as the model wrote it
     * @param state data to send back to the provider, from {@link ModelTurn#callStates}, or null
     */
    record ToolRequest(String id, String name, String arguments, String state) {
        public ToolRequest(String id, String name, String arguments) {
            this(id, name, arguments, null);
        }

        /** This call with other arguments. */
        public ToolRequest with(String others) {
            return new ToolRequest(id, name, others, state);
        }
    }
}
