package io.reprise.model.provider;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** JSON as text, where it comes from models and tools and may be anything. */
final class JsonText {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private JsonText() {}

    /** The text of an object: as it is, {@code {}} for nothing, and one that holds the text where it is something else. */
    static String object(String text) {
        if (text.isBlank()) return "{}";
        if (parsed(text).isPresent()) return text;
        return MAPPER.createObjectNode().put("invalid", text).toString();
    }

    static ObjectNode empty() {
        return MAPPER.createObjectNode();
    }

    static Optional<ObjectNode> parsed(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
