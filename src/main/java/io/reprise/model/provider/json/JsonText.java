package io.reprise.model.provider.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/**
 * Reads and writes JSON of providers and tools. Text of a model is read as an {@link io.reprise.support.ObjectText}.
 */
public final class JsonText {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonText() {}

    public static ObjectNode empty() {
        return MAPPER.createObjectNode();
    }

    /** The object with these members, which are values of JSON. */
    public static ObjectNode of(Map<String, Object> members) {
        return MAPPER.valueToTree(members);
    }

    public static Optional<ObjectNode> parsed(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
