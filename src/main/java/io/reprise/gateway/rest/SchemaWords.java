package io.reprise.gateway.rest;

import io.reprise.message.Failure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.OutputUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Describes a schema violation: names the field and what it must be, never the value. A schema can bring its own
 * description for a pattern, as {@code x-expected}.
 */
final class SchemaWords {
    private static final String OWN_WORDS = "x-expected";

    private static final Map<String, String> TYPES = Map.of(
            "string", "a string",
            "integer", "an integer",
            "number", "a number",
            "boolean", "true or false",
            "array", "an array",
            "object", "an object");

    private SchemaWords() {}

    /** @param name name of a parameter; null for a body, whose fields have their own names */
    static Failure failure(JsonSchema schema, String name, OutputUnit result) {
        OutputUnit error = result.getErrors().stream()
                .filter(unit -> expected(keyword(unit), at(schema, unit)) != null)
                .findFirst()
                .orElse(result.getErrors().getLast());
        String keyword = keyword(error);
        if (keyword.equals("required")) return Failure.badRequest("`" + missing(name, error) + "` is missing.");
        String expected = expected(keyword, at(schema, error));
        return failure(field(name, error), expected == null ? "is invalid" : expected);
    }

    static Failure illFormed(String name) {
        return failure(name, "must be a string without U+0000 and unpaired surrogates");
    }

    private static Failure failure(String field, String expected) {
        return Failure.badRequest((field.isEmpty() ? "The body" : "`" + field + "`") + " " + expected + ".");
    }

    /** Null for a keyword that only reports an error in a nested schema. */
    private static String expected(String keyword, JsonObject schema) {
        if (schema == null) return null;
        String own = schema.getString(OWN_WORDS);
        return switch (keyword) {
            case "required" -> "is missing";
            case "type", "enum", "pattern", "minLength", "maxLength" -> own != null ? own : usual(keyword, schema);
            default -> usual(keyword, schema);
        };
    }

    private static String usual(String keyword, JsonObject schema) {
        return switch (keyword) {
            case "type" -> "must be " + type(schema.getValue("type"));
            case "enum" -> "must be one of " + list(schema.getJsonArray("enum"));
            case "const" -> "must be " + schema.getValue("const");
            case "pattern" -> "has an invalid format";
            case "minLength", "maxLength" -> "must have " + range(schema, "minLength", "maxLength") + " characters";
            case "minItems", "maxItems" -> "must have " + range(schema, "minItems", "maxItems") + " items";
            case "minimum", "maximum" -> "must be " + bounds(schema);
            default -> null;
        };
    }

    private static String type(Object type) {
        if (!(type instanceof JsonArray several))
            return TYPES.getOrDefault(String.valueOf(type), "of a different type");
        return several.stream().map(SchemaWords::type).collect(Collectors.joining(" or "));
    }

    private static String list(JsonArray values) {
        return values.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String range(JsonObject schema, String min, String max) {
        if (!schema.containsKey(max)) return "at least " + schema.getValue(min);
        return schema.containsKey(min)
                ? schema.getValue(min) + " to " + schema.getValue(max)
                : "at most " + schema.getValue(max);
    }

    private static String bounds(JsonObject schema) {
        if (!schema.containsKey("maximum")) return "at least " + schema.getValue("minimum");
        return schema.containsKey("minimum")
                ? "from " + schema.getValue("minimum") + " to " + schema.getValue("maximum")
                : "at most " + schema.getValue("maximum");
    }

    private static String missing(String name, OutputUnit error) {
        String text = error.getError();
        String key = text.substring(text.indexOf('"') + 1, text.lastIndexOf('"'));
        String field = field(name, error);
        return field.isEmpty() ? key : field + "." + key;
    }

    /** Converts {@code #/roles/0} to {@code roles.0}; empty for the whole body. */
    private static String field(String name, OutputUnit error) {
        String below = segments(error.getInstanceLocation()).stream().collect(Collectors.joining("."));
        if (name == null) return below;
        return below.isEmpty() ? name : name + "." + below;
    }

    private static String keyword(OutputUnit error) {
        String location = error.getKeywordLocation();
        return location.substring(location.lastIndexOf('/') + 1);
    }

    /** The schema that contains the keyword; null if its location is unknown. */
    private static JsonObject at(JsonSchema root, OutputUnit error) {
        List<String> way = segments(error.getKeywordLocation());
        Object schema = root;
        for (String step : way.subList(0, Math.max(0, way.size() - 1))) {
            schema = switch (schema) {
                case JsonObject object when step.equals("$ref") -> object;
                case JsonObject object -> object.getValue(step);
                case JsonArray array when step.matches("[0-9]{1,6}") -> array.getValue(Integer.parseInt(step));
                case null, default -> null;
            };
        }
        return schema instanceof JsonObject object ? object : null;
    }

    private static List<String> segments(String pointer) {
        if (pointer.length() < 2) return List.of();
        return Arrays.stream(pointer.substring(2).split("/"))
                .map(step -> step.replace("~1", "/").replace("~0", "~"))
                .toList();
    }
}
