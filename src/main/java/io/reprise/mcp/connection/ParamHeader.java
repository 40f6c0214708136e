package io.reprise.mcp.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.mcp.channel.HeaderValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An argument that is repeated in a header, because its schema has {@code x-mcp-header}.
 *
 * @param path names of properties that lead to it
 */
record ParamHeader(String header, List<String> path) {
    private static final String MARK = "x-mcp-header";
    private static final String PREFIX = "Mcp-Param-";
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
    private static final Set<String> TYPES = Set.of("string", "integer", "boolean");

    ParamHeader {
        path = List.copyOf(path);
    }

    /** A mark is not as the protocol demands, so the tool cannot be used. */
    static final class InvalidException extends Exception {
        private static final long serialVersionUID = 1L;

        InvalidException(String why) {
            super(why);
        }
    }

    static List<ParamHeader> of(JsonNode schema) throws InvalidException {
        List<ParamHeader> found = new ArrayList<>();
        collect(schema, List.of(), found);
        if (found.size() != marks(schema, true)) {
            throw new InvalidException("A mark for a header is at a place where there can be none.");
        }
        Set<String> names = new HashSet<>();
        for (ParamHeader header : found) {
            if (!names.add(header.header().toLowerCase(Locale.ROOT))) {
                throw new InvalidException("Two arguments have the same header.");
            }
        }
        return found;
    }

    private static void collect(JsonNode schema, List<String> path, List<ParamHeader> found) throws InvalidException {
        if (schema.has(MARK)) {
            JsonNode name = schema.get(MARK);
            if (!name.isTextual() || !TOKEN.matcher(name.asText()).matches()) {
                throw new InvalidException("The name of a header is not valid.");
            }
            if (path.isEmpty() || !TYPES.contains(schema.path("type").asText())) {
                throw new InvalidException("Only texts, integers and booleans can have a header.");
            }
            found.add(new ParamHeader(PREFIX + name.asText(), path));
        }
        for (var property : schema.path("properties").properties()) {
            List<String> further = new ArrayList<>(path);
            further.add(property.getKey());
            collect(property.getValue(), further, found);
        }
    }

    /** All marks, wherever they are; a property may itself have the name of the mark. */
    private static int marks(JsonNode node, boolean schema) {
        int count = schema && node.isObject() && node.has(MARK) ? 1 : 0;
        if (node.isArray()) for (JsonNode item : node) count += marks(item, true);
        for (var member : node.properties()) {
            boolean names = schema
                    && (member.getKey().equals("properties") || member.getKey().endsWith("efs"));
            if (!member.getKey().equals("const") && !member.getKey().equals("enum")) {
                count += marks(member.getValue(), !names);
            }
        }
        return count;
    }

    /** The value in a call; empty if the call does not have the argument. */
    Optional<String> value(ObjectNode arguments) {
        JsonNode value = arguments;
        for (String name : path) value = value.path(name);
        return value.isValueNode() && !value.isNull() ? Optional.of(HeaderValue.of(value.asText())) : Optional.empty();
    }
}
