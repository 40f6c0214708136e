package io.reprise.tool;

import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallTarget;

/**
 * Arguments of the recall tools that say how a recall runs.
 *
 * @param context what its run sees of the conversation, or null
 * @param target where its run takes place, or null
 */
record RecallHow(String context, String target) {
    /** For the JSON schemas of the tools. */
    static final String PROPERTIES =
            "\"context\":{\"type\":\"string\",\"enum\":[\"all\",\"summary\",\"last\",\"none\"],"
                    + "\"description\":\"What you will see of this conversation at that time: all of it (the default), a summary,"
                    + " the last exchange, or none of it, only the text.\"},\"target\":{\"type\":\"string\",\"enum\":[\"this\",\"new\"],"
                    + "\"description\":\"Where you will answer: in this conversation (the default), or in a new one each time.\"}";

    RecallContext contextOrNull() {
        if (context == null || context.isBlank()) return null;
        return RecallContext.of(context.strip())
                .orElseThrow(() -> new ToolFailure("\"context\" must be all, summary, last or none."));
    }

    RecallTarget targetOrNull() {
        if (target == null || target.isBlank()) return null;
        return RecallTarget.of(target.strip()).orElseThrow(() -> new ToolFailure("\"target\" must be this or new."));
    }

    /** What is not usual about a recall, for models and people; empty if nothing is. */
    static String words(Recall recall) {
        String where = recall.target() == RecallTarget.NEW ? ", in a new conversation" : "";
        return where
                + switch (recall.context()) {
                    case ALL -> "";
                    case SUMMARY -> ", with a summary of the conversation";
                    case LAST -> ", with the last exchange only";
                    case NONE -> ", without the conversation";
                };
    }
}
