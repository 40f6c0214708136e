package io.reprise.tool;

import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallContext;

/**
 * Arguments of the recall tools that say how a recall runs.
 *
 * @param context what its run sees of the conversation, or null
 */
record RecallHow(String context) {
    /** For the JSON schemas of the tools. */
    static final String PROPERTIES =
            "\"context\":{\"type\":\"string\",\"enum\":[\"all\",\"summary\",\"last\",\"none\"],"
                    + "\"description\":\"What you will see of this conversation at that time: all of it (the default), a summary,"
                    + " the last exchange, or none of it, only the text.\"}";

    RecallContext contextOrNull() {
        if (context == null || context.isBlank()) return null;
        return RecallContext.of(context.strip())
                .orElseThrow(() -> new ToolFailure("\"context\" must be all, summary, last or none."));
    }

    /** What is not usual about a recall, for models and people; empty if nothing is. */
    static String words(Recall recall) {
        return switch (recall.context()) {
            case ALL -> "";
            case SUMMARY -> ", with a summary of the conversation";
            case LAST -> ", with the last exchange only";
            case NONE -> ", without the conversation";
        };
    }
}
