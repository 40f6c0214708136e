package io.reprise.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.jsontype.NamedType;
import java.util.List;
import java.util.stream.Stream;

/** Converts records to JSON and back, with one configuration for the bus, the store and the wire. */
public final class Json {
    /** Sealed families whose records are identified by their simple name. */
    private static final List<Class<?>> FAMILIES = List.of(
            BusMessage.class,
            Command.class,
            CommandResult.class,
            CommandOutcome.class,
            AgentMessage.RunEnd.class,
            AgentMessage.Answer.class,
            ShardMessage.Question.class);

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .registerSubtypes(families().stream()
                    .map(type -> new NamedType(type, type.getSimpleName()))
                    .toArray(NamedType[]::new))
            .build();

    private Json() {}

    /** The records of all sealed families: what is sent over the bus, and what is in it. */
    public static List<Class<?>> families() {
        return FAMILIES.stream().<Class<?>>flatMap(Json::records).toList();
    }

    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not writable as JSON: " + value.getClass(), e);
        }
    }

    /** @throws IllegalArgumentException if the text is not the JSON of a {@code type} */
    public static <T> T parse(String text, Class<T> type) {
        return parse(text, MAPPER.constructType(type));
    }

    /** @throws IllegalArgumentException if the text is not the JSON of a list of {@code type} */
    public static <T> List<T> parseList(String text, Class<T> type) {
        return parse(text, MAPPER.getTypeFactory().constructCollectionType(List.class, type));
    }

    private static <T> T parse(String text, JavaType type) {
        try {
            return MAPPER.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "not the JSON of a " + type.getRawClass().getSimpleName(), e);
        }
    }

    private static Stream<Class<?>> records(Class<?> type) {
        if (type.isRecord()) return Stream.of(type);
        return type.isSealed() ? Stream.of(type.getPermittedSubclasses()).flatMap(Json::records) : Stream.empty();
    }
}
