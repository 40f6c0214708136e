package io.reprise.tool.http;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Mistakes in a JSON Schema that the library for it finds only when arguments are checked, or never. */
final class SchemaFaults {
    private static final int DEPTH_MAX = 20;
    private static final Set<String> TYPES =
            Set.of("string", "integer", "number", "boolean", "array", "object", "null");

    private SchemaFaults() {}

    /** The first one; empty if there is none. */
    static Optional<String> of(Map<String, Object> schema) {
        try {
            check(schema, "#", 0);
            return Optional.empty();
        } catch (Fault fault) {
            return Optional.of(fault.getMessage());
        }
    }

    private static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault(String message) {
            super(message, null, false, false);
        }
    }

    private static void check(Object schema, String at, int depth) {
        if (schema instanceof Boolean) return;
        if (!(schema instanceof Map<?, ?> members)) throw new Fault(at + " must be a schema");
        if (depth > DEPTH_MAX) throw new Fault("it is nested deeper than " + DEPTH_MAX);
        members.forEach((key, value) -> keyword(String.valueOf(key), value, at + "/" + key, depth));
    }

    private static void keyword(String key, Object value, String at, int depth) {
        switch (key) {
            case "type" -> type(value, at);
            case "properties", "patternProperties", "$defs", "definitions" -> {
                if (!(value instanceof Map<?, ?> named)) throw new Fault(at + " must have names with schemas");
                named.forEach((name, schema) -> check(schema, at + "/" + name, depth + 1));
            }
            case "items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else" ->
                check(value, at, depth + 1);
            case "allOf", "anyOf", "oneOf", "prefixItems" -> {
                if (!(value instanceof List<?> all)) throw new Fault(at + " must be a list of schemas");
                all.forEach(schema -> check(schema, at, depth + 1));
            }
            case "required" -> {
                boolean names = value instanceof List<?> all && all.stream().allMatch(String.class::isInstance);
                if (!names) throw new Fault(at + " must be a list of names");
            }
            case "enum" -> {
                if (!(value instanceof List<?>)) throw new Fault(at + " must be a list");
            }
            case "pattern" -> pattern(value, at);
            case "$ref" -> {
                boolean own = value instanceof String reference && reference.startsWith("#");
                if (!own) throw new Fault(at + " must begin with #");
            }
            case "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum" -> {
                if (!(value instanceof Number)) throw new Fault(at + " must be a number");
            }
            default -> {}
        }
    }

    private static void type(Object value, String at) {
        List<?> types = value instanceof List<?> several ? several : Collections.singletonList(value);
        for (Object type : types) {
            if (!(type instanceof String text) || !TYPES.contains(text)) {
                throw new Fault(at + " must be one of "
                        + String.join(", ", TYPES.stream().sorted().toList()));
            }
        }
    }

    private static void pattern(Object value, String at) {
        if (!(value instanceof String text)) throw new Fault(at + " must be a regular expression");
        try {
            Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw new Fault(at + " is no regular expression");
        }
    }
}
