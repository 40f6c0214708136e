package io.reprise.config.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;

/** A JSON object as text. */
final class JsonObjectText {
    private static final ObjectMapper MAPPER =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonObjectText() {}

    static Optional<Map<String, Object>> parse(String text) {
        try {
            return Optional.ofNullable(MAPPER.readValue(text, new TypeReference<Map<String, Object>>() {}))
                    .map(Collections::unmodifiableMap);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
