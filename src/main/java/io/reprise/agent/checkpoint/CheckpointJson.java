package io.reprise.agent.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;

/**
 * Converts checkpoints to JSON in UTF-8 and back, for every store. A later version may add fields, but not change
 * them. Checkpoints of the first versions contain the whole conversation and each call as it was requested: only the
 * data that the log does not contain is read from them.
 */
public final class CheckpointJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private CheckpointJson() {}

    public static byte[] write(Checkpoint checkpoint) {
        try {
            return MAPPER.writeValueAsString(checkpoint).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON", e);
        }
    }

    /** @throws IllegalArgumentException if the bytes are not the JSON of a checkpoint */
    public static Checkpoint read(byte[] json) {
        try {
            JsonNode tree = MAPPER.readTree(new String(json, StandardCharsets.UTF_8));
            if (tree.path("id").isTextual() && tree.path("calls").isArray()) {
                tree.path("calls").forEach(CheckpointJson::renew);
                return MAPPER.treeToValue(tree, Checkpoint.class);
            }
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON of a checkpoint", e);
        }
        throw new IllegalArgumentException("no checkpoint");
    }

    private static void renew(JsonNode call) {
        if (call instanceof ObjectNode object && call.path("request").path("id").isTextual()) {
            object.set("id", object.remove("request").get("id"));
        }
    }
}
