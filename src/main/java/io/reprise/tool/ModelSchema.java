package io.reprise.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The schema of a tool as models get it: an object at the top, without references. Local references are replaced by their
 * target, up to a depth and a size; what is recursive, too large or elsewhere becomes a schema that allows anything. Nothing
 * is ever fetched.
 */
public final class ModelSchema {
    private static final String REFERENCE = "$ref";
    private static final String DESCRIPTION = "description";

    /** Words for programs, which models do not need. */
    private static final Set<String> LEFT_OUT = Set.of(
            "$schema",
            "$id",
            "$anchor",
            "$dynamicAnchor",
            "$comment",
            "$defs",
            "definitions",
            "$vocabulary",
            "x-mcp-header");

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final ObjectNode root;
    private final int depthMax;
    private final Set<String> open = new LinkedHashSet<>();
    private int room;

    private ModelSchema(ObjectNode root, int bytesMax, int depthMax) {
        this.root = root;
        this.room = bytesMax;
        this.depthMax = depthMax;
    }

    /**
     * @param bytesMax about how large the result may become by references
     * @param depthMax nesting
     */
    public static ObjectNode of(ObjectNode schema, int bytesMax, int depthMax) {
        ModelSchema work = new ModelSchema(schema, bytesMax, depthMax);
        return object(work.resolved(schema, 0, true));
    }

    private JsonNode resolved(JsonNode node, int depth, boolean isSchema) {
        if (depth > depthMax || room <= 0) return NODES.objectNode();
        return switch (node) {
            case ObjectNode object when isSchema && object.path(REFERENCE).isTextual() -> referred(object, depth);
            case ObjectNode object -> members(object, depth, isSchema);
            case ArrayNode array -> {
                ArrayNode copy = NODES.arrayNode();
                array.forEach(item -> copy.add(resolved(item, depth + 1, true)));
                yield copy;
            }
            default -> {
                room -= node.toString().length();
                yield node;
            }
        };
    }

    private ObjectNode members(ObjectNode object, int depth, boolean isSchema) {
        ObjectNode copy = NODES.objectNode();
        for (var member : object.properties()) {
            String name = member.getKey();
            if (isSchema && LEFT_OUT.contains(name)) continue;
            room -= name.length();
            boolean plain =
                    isSchema && List.of("const", "enum", "default", "examples").contains(name);
            boolean names = isSchema
                    && List.of("properties", "patternProperties", "dependentSchemas")
                            .contains(name);
            if (plain) copy.set(name, member.getValue());
            else copy.set(name, resolved(member.getValue(), depth + 1, !names));
        }
        return copy;
    }

    /** Members beside a reference take precedence over those of its target. */
    private ObjectNode referred(ObjectNode reference, int depth) {
        String to = reference.get(REFERENCE).asText();
        ObjectNode meant = NODES.objectNode();
        JsonNode target = to.startsWith("#/") ? root.at(to.substring(1)) : NODES.missingNode();
        if (target.isObject() && open.add(to)) {
            meant.setAll((ObjectNode) resolved(target, depth + 1, true));
            open.remove(to);
        } else if (target.path(DESCRIPTION).isTextual()) {
            meant.set(DESCRIPTION, target.get(DESCRIPTION));
        }
        ObjectNode beside = reference.deepCopy();
        beside.remove(REFERENCE);
        meant.setAll(members(beside, depth, true));
        return meant;
    }

    /** Providers demand an object at the top; of alternatives at the top all properties are offered. */
    private static ObjectNode object(JsonNode resolved) {
        ObjectNode schema = resolved instanceof ObjectNode given ? given : NODES.objectNode();
        ObjectNode properties = NODES.objectNode();
        for (String word : List.of("anyOf", "oneOf", "allOf")) {
            for (JsonNode branch : schema.path(word)) {
                branch.path("properties").properties().forEach(property -> {
                    if (!properties.has(property.getKey())) properties.set(property.getKey(), property.getValue());
                });
                if (word.equals("allOf")) branch.path("required").forEach(name -> required(schema, name));
            }
            schema.remove(word);
        }
        if (schema.path("properties") instanceof ObjectNode own) properties.setAll(own);
        schema.put("type", "object");
        schema.set("properties", properties);
        return schema;
    }

    private static void required(ObjectNode schema, JsonNode name) {
        ArrayNode names = schema.withArrayProperty("required");
        for (JsonNode known : names) if (known.equals(name)) return;
        names.add(name);
    }
}
