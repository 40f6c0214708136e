package io.reprise.tool.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.message.Json;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks arguments against the schema of a tool. Thread-safe. */
final class ArgumentCheck {
    private static final JsonSchemaOptions OPTIONS = new JsonSchemaOptions()
            .setDraft(Draft.DRAFT202012)
            .setBaseUri("app://")
            .setOutputFormat(OutputFormat.Basic);
    private static final int FAULTS_MAX = 10;
    private static final String ABSENT = "does not exist here";
    private static final String UNFIT = "does not fit the schema";
    /** Keywords that only say that something inside is wrong. */
    private static final Set<String> OUTER = Set.of("properties", "items", "prefixItems", "$ref", "allOf");

    private final JsonObject schema;
    private final Validator validator;
    private final Map<String, JsonNode> defaults;

    private ArgumentCheck(JsonObject schema, Validator validator, Map<String, JsonNode> defaults) {
        this.schema = schema;
        this.validator = validator;
        this.defaults = defaults;
    }

    /**
     * One reason why arguments do not fit.
     *
     * @param path such as {@code places.0.city}; empty for all arguments
     * @param fault such as {@code must be a string}
     */
    record Fault(String path, String fault) {
        @Override
        public String toString() {
            return (path.isEmpty() ? "The arguments" : "\"" + path + "\"") + " " + fault;
        }
    }

    /**
     * @param schema JSON Schema of an object, as text
     * @throws IllegalArgumentException if it cannot be used, with a reason
     */
    static ArgumentCheck of(String schema) {
        try {
            Validator validator = Validator.create(JsonSchema.of(new JsonObject(schema)), OPTIONS);
            // What is wrong with a schema is often found only when it is used.
            validator.validate(new JsonObject());
            return new ArgumentCheck(new JsonObject(schema), validator, defaultsOf(schema));
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Map<String, JsonNode> defaultsOf(String schema) {
        Map<String, JsonNode> defaults = new LinkedHashMap<>();
        Json.parse(schema, JsonNode.class).path("properties").properties().forEach(property -> {
            JsonNode usual = property.getValue().get("default");
            if (usual != null) defaults.put(property.getKey(), usual);
        });
        return defaults;
    }

    /** The arguments, with the defaults of the schema for those that were not given. */
    ObjectNode completed(ObjectNode arguments) {
        ObjectNode complete = arguments.deepCopy();
        defaults.forEach((name, usual) -> {
            if (!complete.has(name)) complete.set(name, usual.deepCopy());
        });
        return complete;
    }

    /** Every reason why the arguments do not fit; empty if they do. No reason repeats a value. */
    List<Fault> faults(ObjectNode arguments) {
        OutputUnit result = validator.validate(new JsonObject(Json.text(arguments)));
        if (result.getValid()) return List.of();
        List<Fault> faults = new ArrayList<>();
        for (OutputUnit unit : result.getErrors()) {
            if (OUTER.contains(keyword(unit))) continue;
            Fault fault = fault(unit);
            if (!faults.contains(fault) && faults.size() < FAULTS_MAX) faults.add(fault);
        }
        // The library says it of members that are there and do not fit, too.
        List<String> faulty = faults.stream()
                .filter(fault -> !fault.fault().equals(ABSENT))
                .map(Fault::path)
                .toList();
        faults.removeIf(fault -> fault.fault().equals(ABSENT)
                && faulty.stream().anyMatch(path -> (path + ".").startsWith(fault.path() + ".")));
        // What only says that something inside is wrong is for those of which nothing better is known.
        if (faults.stream().anyMatch(fault -> !fault.fault().equals(UNFIT))) {
            faults.removeIf(fault -> fault.fault().equals(UNFIT));
        }
        return faults.isEmpty() ? List.of(new Fault("", "do not fit the schema of the tool")) : faults;
    }

    private Fault fault(OutputUnit unit) {
        List<String> at = segments(unit.getInstanceLocation());
        String keyword = keyword(unit);
        JsonObject around = around(unit);
        if (keyword.equals("required")) return new Fault(joined(with(at, quoted(unit))), "is missing");
        if (keyword.equals("additionalProperties") || keyword.equals("false")) {
            return new Fault(joined(at), ABSENT);
        }
        return new Fault(joined(at), around == null ? UNFIT : words(keyword, around));
    }

    private static String words(String keyword, JsonObject schema) {
        Object limit = schema.getValue(keyword);
        return switch (keyword) {
            case "type" -> "must be " + type(limit);
            case "enum" -> "must be one of " + limit;
            case "const" -> "must be " + limit;
            case "pattern" -> "must match " + limit;
            case "format" -> "must have the format " + limit;
            case "minLength" -> "must have at least " + limit + " characters";
            case "maxLength" -> "must have at most " + limit + " characters";
            case "minItems" -> "must have at least " + limit + " items";
            case "maxItems" -> "must have at most " + limit + " items";
            case "minimum" -> "must be at least " + limit;
            case "maximum" -> "must be at most " + limit;
            case "exclusiveMinimum" -> "must be more than " + limit;
            case "exclusiveMaximum" -> "must be less than " + limit;
            case "multipleOf" -> "must be a multiple of " + limit;
            case "uniqueItems" -> "must not have an item twice";
            case "anyOf", "oneOf" -> "fits none, or too many, of the allowed forms";
            default -> UNFIT;
        };
    }

    private static String type(Object type) {
        if (type instanceof JsonArray several) {
            return several.stream().map(ArgumentCheck::type).collect(Collectors.joining(" or "));
        }
        return switch (String.valueOf(type)) {
            case "integer", "array", "object" -> "an " + type;
            case "null" -> "null";
            case "boolean" -> "true or false";
            default -> "a " + type;
        };
    }

    /** The name between the quotation marks of a message. */
    private static String quoted(OutputUnit unit) {
        String text = String.valueOf(unit.getError());
        int from = text.indexOf('"');
        int to = text.lastIndexOf('"');
        return from >= 0 && to > from ? text.substring(from + 1, to) : "";
    }

    /** The schema that has the keyword; null if it is not found. */
    private JsonObject around(OutputUnit unit) {
        List<String> way = segments(unit.getKeywordLocation());
        Object at = schema;
        for (String step : way.subList(0, Math.max(0, way.size() - 1))) {
            at = switch (at) {
                case JsonObject object when step.equals("$ref") -> referred(object.getString("$ref"));
                case JsonObject object -> object.getValue(step);
                case JsonArray array
                when step.matches("[0-9]{1,6}") && Integer.parseInt(step) < array.size() ->
                    array.getValue(Integer.parseInt(step));
                case null, default -> null;
            };
        }
        return at instanceof JsonObject object ? object : null;
    }

    private Object referred(String reference) {
        Object at = schema;
        for (String step : segments(reference)) at = at instanceof JsonObject object ? object.getValue(step) : null;
        return at;
    }

    private static String keyword(OutputUnit unit) {
        String location = String.valueOf(unit.getKeywordLocation());
        return location.substring(location.lastIndexOf('/') + 1);
    }

    private static List<String> with(List<String> path, String name) {
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        return longer;
    }

    private static String joined(List<String> path) {
        return String.join(".", path);
    }

    private static List<String> segments(String pointer) {
        if (pointer == null || pointer.length() < 2) return List.of();
        return Arrays.stream(pointer.substring(2).split("/"))
                .map(step -> step.replace("~1", "/").replace("~0", "~"))
                .toList();
    }
}
