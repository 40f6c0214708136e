package io.reprise.mcp.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.config.mcp.McpSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The tools of a server.
 *
 * @param tools those that can be used, by name
 * @param leftOut those that cannot, with a reason for people
 */
public record ToolList(List<RemoteTool> tools, List<LeftOut> leftOut) {
    /** Of a server that has no tools. */
    public static final ToolList EMPTY = new ToolList(List.of(), List.of());

    private static final int NAME_CHARS_MAX = 256;
    private static final int DESCRIPTION_CHARS_MAX = 4_096;

    public ToolList {
        tools = List.copyOf(tools);
        leftOut = List.copyOf(leftOut);
    }

    public record LeftOut(String name, String reason) {}

    /** Collects the pages of a list. An odd tool is left out; the others stay. */
    static final class Builder {
        private final McpSettings.Sizes limits;
        private final boolean withHeaders;
        private final List<RemoteTool> tools = new ArrayList<>();
        private final List<LeftOut> leftOut = new ArrayList<>();
        private final Set<String> names = new HashSet<>();

        /** @param withHeaders whether arguments are repeated in headers */
        Builder(McpSettings.Sizes limits, boolean withHeaders) {
            this.limits = limits;
            this.withHeaders = withHeaders;
        }

        /** Whether more tools may follow. */
        boolean hasRoom() {
            return tools.size() < limits.tools();
        }

        void add(JsonNode page) {
            for (JsonNode tool : page.path("tools")) {
                String name = tool.path("name").asText("");
                String fault = fault(tool, name);
                if (fault == null) fault = added(tool, name);
                if (fault != null && leftOut.size() < limits.tools()) leftOut.add(new LeftOut(shortened(name), fault));
            }
        }

        private static String shortened(String name) {
            return name.length() <= NAME_CHARS_MAX ? name : name.substring(0, NAME_CHARS_MAX);
        }

        void cut(String reason) {
            leftOut.add(new LeftOut("", reason));
        }

        private String fault(JsonNode tool, String name) {
            if (name.isBlank() || name.length() > NAME_CHARS_MAX) return "It has no name, or a name that is too long.";
            if (names.contains(name)) return "There are two tools with this name.";
            if (!hasRoom()) return "The server has more than " + limits.tools() + " tools.";
            if (!(tool.path("inputSchema") instanceof ObjectNode schema)) return "It has no schema.";
            if (schema.toString().length() > limits.schemaBytes()) {
                return "Its schema has more than " + limits.schemaBytes() + " bytes.";
            }
            if (depth(schema) > limits.schemaDepth()) {
                return "Its schema is nested deeper than " + limits.schemaDepth() + " levels.";
            }
            return null;
        }

        private String added(JsonNode tool, String name) {
            ObjectNode schema = (ObjectNode) tool.get("inputSchema");
            try {
                List<ParamHeader> headers = withHeaders ? ParamHeader.of(schema) : List.of();
                tools.add(new RemoteTool(name, description(tool), schema, headers, tool.path("annotations")));
                names.add(name);
                return null;
            } catch (ParamHeader.InvalidException e) {
                return e.getMessage();
            }
        }

        private static String description(JsonNode tool) {
            String text = tool.path("description").asText("");
            if (text.isBlank()) text = tool.path("title").asText("");
            return text.length() <= DESCRIPTION_CHARS_MAX ? text : text.substring(0, DESCRIPTION_CHARS_MAX) + "...";
        }

        private static int depth(JsonNode node) {
            int deepest = 0;
            for (JsonNode inside : node) deepest = Math.max(deepest, depth(inside));
            return node.isContainerNode() ? deepest + 1 : deepest;
        }

        /** In a stable order, so that providers recognise the beginning of the next request. */
        ToolList build() {
            return new ToolList(
                    tools.stream()
                            .sorted(Comparator.comparing(RemoteTool::name))
                            .toList(),
                    leftOut);
        }
    }
}
