package io.reprise.model;

import java.util.List;
import java.util.Map;

/** A message of the conversation that a model is given. */
public sealed interface ModelMessage {
    record User(String text) implements ModelMessage {
        /** Tells a model that nobody typed this: a recall came due. */
        private static final String RECALL = "[A recall that was scheduled in this conversation is due. It says:]\n";

        /** What a recall says when it is due. */
        public static User ofRecall(String text) {
            return new User(RECALL + text);
        }

        public boolean isRecall() {
            return text.startsWith(RECALL);
        }

        /** The text without what is said about it. */
        public String said() {
            return isRecall() ? text.substring(RECALL.length()) : text;
        }
    }

    /**
     * A turn of the model itself; {@code text} may be empty when it called tools.
     *
     * @param thoughts null unless the model wants them back for the rest of its run
     */
    record Assistant(String text, List<ToolRequest> calls, Thoughts thoughts) implements ModelMessage {
        public Assistant {
            calls = List.copyOf(calls);
        }

        public Assistant(String text, List<ToolRequest> calls) {
            this(text, calls, null);
        }

        /** The same turn with what was thought in it. */
        public Assistant with(Thoughts thoughts) {
            return new Assistant(text, calls, thoughts);
        }
    }

    /**
     * What a model thought, as its provider wants it back.
     *
     * @param seals of the provider, such as a signature, by its own names
     */
    record Thoughts(String text, Map<String, Object> seals) {
        public Thoughts {
            seals = Map.copyOf(seals);
        }
    }

    /** What a tool answered to the call {@code id}. */
    record ToolOutcome(String id, String name, String text) implements ModelMessage {}

    /** A call that the model asked for; {@code arguments} is JSON text as the model wrote it. */
    record ToolRequest(String id, String name, String arguments) {}
}
