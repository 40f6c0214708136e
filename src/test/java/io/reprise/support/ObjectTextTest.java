package io.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.reprise.testing.Seed;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectTextTest {
    /** A strict reader. */
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ \"a\" : [ 1 , -0.5e-3, true, false, null, \"\" , {} , [] ] }",
                "{\"\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\udc4b\"}",
                "{\"a\":\"}{\\\"}\",\"b\":1e308,\"\u65E5\":\"\uD83D\uDC4B\"}",
                "{\"a\":{\"a\":{\"a\":1}}}",
            })
    void an_object_is_accepted_unchanged(String json) throws JsonProcessingException {
        assertThat(ObjectText.of(" \n" + json + "\t")).isEqualTo(new ObjectText.Whole(json));
        assertThat(ObjectText.of(json).asObject()).isEqualTo(json);
        assertThat(STRICT.readTree(json).isObject()).isTrue();
    }

    @Test
    void a_blank_text_counts_as_an_empty_object() {
        assertThat(ObjectText.of("")).isEqualTo(new ObjectText.Whole("{}"));
        assertThat(ObjectText.of(" \n")).isEqualTo(new ObjectText.Whole("{}"));
    }

    static Stream<Arguments> faulty() {
        String object = "{\"a\":0}";
        return Stream.of(
                Arguments.of(object + object, "text after the object"),
                Arguments.of(object + "{\"a\":1}", "text after the object"),
                Arguments.of(object + "}", "text after the object"),
                Arguments.of(object + "\n</tool_call>", "text after the object"),
                Arguments.of(object + ",\"forged\":1", "text after the object"),
                Arguments.of(object + "\u00A0", "text after the object"),
                Arguments.of("\uFEFF" + object, "does not start with {"),
                Arguments.of("```json\n" + object + "\n```", "does not start with {"),
                Arguments.of("[" + object + "]", "does not start with {"),
                Arguments.of("null", "does not start with {"),
                Arguments.of("{\"a\":0,\"b\":\"c", "is incomplete"),
                Arguments.of("{\"a\":0", "is incomplete"),
                Arguments.of("{\"a\":", "is incomplete"),
                Arguments.of("{\"a\":\"\\", "is incomplete"),
                Arguments.of("{", "is incomplete"),
                Arguments.of("{\"a\":0,}", "its character 8 is not allowed here"),
                Arguments.of("{\"a\":[0,]}", "is not allowed here"),
                Arguments.of("{\"a\":[0}", "is not allowed here"),
                Arguments.of("{'a':0}", "is not allowed here"),
                Arguments.of("{a:0}", "is not allowed here"),
                Arguments.of("{\"a\" 0}", "is not allowed here"),
                Arguments.of("{\"a\":0 \"b\":1}", "is not allowed here"),
                Arguments.of("{\"a\":\"b\nc\"}", "is not allowed here"),
                Arguments.of("{\"a\":\"\\x\"}", "is not allowed here"),
                Arguments.of("{\"a\":\"\\u12g4\"}", "is not allowed here"),
                Arguments.of("{\"a\":NaN}", "is not allowed here"),
                Arguments.of("{\"a\":-Infinity}", "is not allowed here"),
                Arguments.of("{\"a\":True}", "is not allowed here"),
                Arguments.of("{\"a\":01}", "is not allowed here"),
                Arguments.of("{\"a\":+1}", "is not allowed here"),
                Arguments.of("{\"a\":.5}", "is not allowed here"),
                Arguments.of("{/* */\"a\":0}", "is not allowed here"),
                Arguments.of("{\"a\":0,\"b\":1,\"\\u0061\":2}", "the name \"a\" occurs twice"),
                Arguments.of("{\"b\":[{\"a\":0,\"a\":0}]}", "the name \"a\" occurs twice"),
                Arguments.of("{\"a\":1e999}", "a number is too large"),
                Arguments.of("{\"a\":-1e999999999}", "a number is too large"),
                Arguments.of("{\"a\":" + "9".repeat(400) + "}", "a number is too large"),
                Arguments.of("{\"a\":0." + "1".repeat(2_000) + "}", "a number is too long"),
                Arguments.of("{\"" + "n".repeat(2_000) + "\":0}", "a name is too long"),
                Arguments.of("{\"a\":\"\\ud83d\"}", "unpaired surrogate"),
                Arguments.of("{\"a\":\"\\udc4b\\ud83d\"}", "unpaired surrogate"),
                Arguments.of("{\"a\":\"\uD83D\"}", "unpaired surrogate"),
                Arguments.of("{\"\\udc4b\":0}", "unpaired surrogate"),
                Arguments.of("{\"a\":\"\\u0000\"}", "U+0000"),
                Arguments.of("{\"a\":\"\u0000\"}", "is not allowed here"),
                Arguments.of("{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}", "nested deeper than 64"),
                Arguments.of("{\"a\":" + "[".repeat(100_000), "nested deeper than 64"),
                Arguments.of("{\"a\":".repeat(64) + "{}" + "}".repeat(64), "nested deeper than 64"));
    }

    @ParameterizedTest
    @MethodSource("faulty")
    void other_values_are_wrapped_in_an_object(String text, String why) throws JsonProcessingException {
        assertThat(ObjectText.of(text))
                .isInstanceOfSatisfying(
                        ObjectText.Faulty.class,
                        faulty -> assertThat(faulty.why()).contains(why));
        JsonNode shown = STRICT.readTree(ObjectText.of(text).asObject());
        assertThat(shown.size()).isEqualTo(1);
        assertThat(shown.path("invalid").asText()).isEqualTo(Texts.wellFormed(text));
    }

    /** Every reader must find an object in accepted text, and the same one; and no object is refused. */
    @Test
    void accepted_objects_are_valid_for_a_strict_parser() throws JsonProcessingException {
        Random random = Seed.random("ObjectTextTest");
        for (int round = 0; round < 5_000; round++) {
            String object = object(random, 0);
            assertThat(ObjectText.of(object)).as(object).isEqualTo(new ObjectText.Whole(object));

            String broken = broken(random, object);
            JsonNode read = STRICT.readTree(ObjectText.of(broken).asObject());

            assertThat(read.isObject()).as(broken).isTrue();
            boolean taken = ObjectText.of(broken) instanceof ObjectText.Whole;
            // The other reader accepts numbers of any size.
            boolean huge = ObjectText.of(broken) instanceof ObjectText.Faulty faulty
                    && faulty.why().contains("too large");
            assertThat(taken).as(broken).isEqualTo(isObject(broken) && !huge);
        }
    }

    private static boolean isObject(String text) {
        try {
            return STRICT.readTree(text).isObject();
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    private static String object(Random random, int depth) {
        StringBuilder object = new StringBuilder("{");
        for (int i = random.nextInt(4); i > 0; i--) {
            object.append("\"n").append(i).append("\":").append(value(random, depth));
            if (i > 1) object.append(random.nextBoolean() ? "," : " ,\n");
        }
        return object.append("}").toString();
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 3 ? 4 : 6)) {
            case 0 -> "true";
            case 1 -> "null";
            case 2 -> Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(20)));
            case 3 -> "\"" + "\\n}{\\\"\u00FC,:[".substring(0, random.nextBoolean() ? 0 : 10) + "\"";
            case 4 -> "[" + value(random, depth + 1) + "," + value(random, depth + 1) + "]";
            default -> object(random, depth + 1);
        };
    }

    /** With one character more, less or changed. */
    private static String broken(Random random, String object) {
        int at = random.nextInt(object.length());
        char other = "{}[]\",:0-e\\ nt".charAt(random.nextInt(14));
        return switch (random.nextInt(3)) {
            case 0 -> object.substring(0, at) + object.substring(at + 1);
            case 1 -> object.substring(0, at) + other + object.substring(at);
            default -> object.substring(0, at) + other + object.substring(at + 1);
        };
    }
}
