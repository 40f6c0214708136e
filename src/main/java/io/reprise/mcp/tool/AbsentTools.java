package io.reprise.mcp.tool;

import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;

/**
 * Stands for the tools of a server that is sent the token of the person who asks, in a run that has none: a recall, a request
 * with an API key, a run that went on after a restart. It says what is missing, also to calls of these tools that were
 * made before.
 *
 * @param name for the model
 * @param server as people know it
 * @param beginning of the names for which it stands
 */
public record AbsentTools(String name, String server, String beginning) implements Tool {
    /** Its name after the prefix. */
    public static final String NAME = "needs_the_user";

    /** @param entry name of the server's entry */
    public static AbsentTools of(String entry, McpServerDefinition definition, ToolNames names) {
        String prefix = definition.tools().prefix();
        String shown = definition.title().isBlank() ? entry : definition.title();
        return new AbsentTools(names.of(entry, prefix, NAME), shown, ToolNames.beginning(entry, prefix));
    }

    /** Why the tools of this server cannot be used. */
    public static String reason(String server) {
        return "The tools of " + server
                + " are used with the token of the person who asks, and this run has no valid one:"
                + " nobody is there, or the run went on after a restart, or the token has expired. The person has to be"
                + " there: they can be used again when the person sends a message.";
    }

    @Override
    public String description() {
        return "The tools of " + server
                + " are missing, because they need the user to be there. Tell the user so if they" + " are wanted.";
    }

    @Override
    public String schema() {
        return "{\"type\":\"object\",\"properties\":{}}";
    }

    @Override
    public boolean standsFor(String other) {
        return other.startsWith(beginning);
    }

    @Override
    public Content call(ToolCall call, StopSignal stop) {
        throw new ToolFailure(reason(server));
    }
}
