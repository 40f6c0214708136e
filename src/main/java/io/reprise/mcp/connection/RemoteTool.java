package io.reprise.mcp.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A tool as its server describes it.
 *
 * @param name at the server
 * @param description empty if it has none
 * @param schema of its arguments, unchanged
 * @param headers arguments that are repeated in headers
 * @param hints what the server claims about it; never a permission
 */
public record RemoteTool(
        String name, String description, ObjectNode schema, List<ParamHeader> headers, JsonNode hints) {
    public RemoteTool {
        headers = List.copyOf(headers);
    }

    /** The headers of a call with these arguments. */
    Map<String, String> headersOf(ObjectNode arguments) {
        Map<String, String> found = new TreeMap<>();
        for (ParamHeader header : headers) {
            header.value(arguments).ifPresent(value -> found.put(header.header(), value));
        }
        return found;
    }
}
