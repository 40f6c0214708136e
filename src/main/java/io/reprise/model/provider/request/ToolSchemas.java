package io.reprise.model.provider.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import io.reprise.model.ModelRequest.ToolSpec;
import io.reprise.model.provider.json.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * Converts tool schemas to langchain4j, which only models the top-level object; its properties are passed on
 * unchanged. References are replaced by their target, because not every provider supports them; a recursive reference
 * becomes a schema that allows anything.
 */
final class ToolSchemas {
    private static final List<String> DEFINITIONS = List.of("#/$defs/", "#/definitions/");

    private final ObjectNode schema;
    private final Set<String> open = new LinkedHashSet<>();

    private ToolSchemas(ObjectNode schema) {
        this.schema = schema;
    }

    static ToolSpecification of(ToolSpec tool) {
        ObjectNode schema = JsonText.parsed(tool.schema()).orElseGet(JsonNodeFactory.instance::objectNode);
        return ToolSpecification.builder()
                .name(tool.name())
                .description(tool.description())
                .parameters(new ToolSchemas(schema).parameters())
                .build();
    }

    private JsonObjectSchema parameters() {
        JsonObjectSchema.Builder object = JsonObjectSchema.builder();
        for (var property : schema.path("properties").properties()) {
            object.addProperty(
                    property.getKey(),
                    JsonRawSchema.from(resolved(property.getValue()).toString()));
        }
        return object.required(StreamSupport.stream(schema.path("required").spliterator(), false)
                        .map(JsonNode::asText)
                        .toList())
                .build();
    }

    private JsonNode resolved(JsonNode node) {
        return switch (node) {
            case ObjectNode object when object.path("$ref").isTextual() -> referred(object);
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(entry -> copy.set(entry.getKey(), resolved(entry.getValue())));
                yield copy;
            }
            case ArrayNode array -> {
                List<JsonNode> items = new ArrayList<>();
                array.forEach(item -> items.add(resolved(item)));
                yield JsonNodeFactory.instance.arrayNode().addAll(items);
            }
            default -> node;
        };
    }

    /** Members next to a reference, such as a description, take precedence over those of its target. */
    private JsonNode referred(ObjectNode reference) {
        String to = reference.path("$ref").asText();
        ObjectNode meant = JsonNodeFactory.instance.objectNode();
        if (DEFINITIONS.stream().anyMatch(to::startsWith) && open.add(to)) {
            JsonNode definition = resolved(schema.at(to.substring(1)));
            open.remove(to);
            if (definition instanceof ObjectNode object) meant.setAll(object);
        }
        reference.properties().stream()
                .filter(entry -> !entry.getKey().equals("$ref"))
                .forEach(entry -> meant.set(entry.getKey(), resolved(entry.getValue())));
        return meant;
    }
}
