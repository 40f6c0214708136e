package io.reprise.agent;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.PropertyAccessor;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import io.reprise.model.ModelMessage;
import java.nio.charset.StandardCharsets;

/** Checkpoints as JSON in UTF-8 and back: what every store keeps. A later version may add fields, not change them. */
public final class CheckpointJson {
    /** Only components: what records say about themselves, such as {@code isRecall}, is no part of them. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .visibility(PropertyAccessor.GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.IS_GETTER, Visibility.NONE)
            .visibility(PropertyAccessor.FIELD, Visibility.ANY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .addMixIn(ModelMessage.class, Typed.class)
            .registerSubtypes(
                    new NamedType(ModelMessage.User.class, "user"),
                    new NamedType(ModelMessage.Assistant.class, "assistant"),
                    new NamedType(ModelMessage.ToolOutcome.class, "toolOutcome"))
            .build();

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    private interface Typed {}

    private CheckpointJson() {}

    public static byte[] write(Checkpoint checkpoint) {
        try {
            // By way of a text: it may hold half a character, which the way straight to bytes would refuse.
            return MAPPER.writeValueAsString(checkpoint).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON", e);
        }
    }

    /** @throws IllegalArgumentException when it is not the JSON of a checkpoint */
    public static Checkpoint read(byte[] json) {
        try {
            Checkpoint checkpoint = MAPPER.readValue(new String(json, StandardCharsets.UTF_8), Checkpoint.class);
            if (checkpoint != null) return checkpoint;
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON of a checkpoint", e);
        }
        throw new IllegalArgumentException("no checkpoint");
    }
}
