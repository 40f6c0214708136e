package io.reprise.message.inquiry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.support.Texts;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A field of a form. {@code fault} says what is wrong with a value, in words that follow the name of the field.
 *
 * @see InquiryForm
 */
sealed interface FormField {
    Optional<String> fault(JsonNode value);

    /** @throws IllegalArgumentException if forms have no such field */
    static FormField of(JsonNode schema) {
        String type = schema.path("type").asText("");
        return switch (type) {
            case "string" -> ofText(schema);
            case "number", "integer" ->
                new Numeric(type.equals("integer"), schema.path("minimum"), schema.path("maximum"));
            case "boolean" -> new Flag();
            case "array" ->
                new Choices(
                        options(schema.path("items")),
                        schema.path("minItems").asInt(0),
                        schema.path("maxItems").asInt(Integer.MAX_VALUE));
            default -> throw new IllegalArgumentException("a field has a type that forms do not have");
        };
    }

    private static FormField ofText(JsonNode schema) {
        if (schema.has("enum") || schema.has("oneOf") || schema.has("anyOf")) return new Choice(options(schema));
        return new Text(
                schema.path("minLength").asInt(0),
                schema.path("maxLength").asInt(Integer.MAX_VALUE),
                schema.path("format").asText(""));
    }

    private static Set<String> options(JsonNode schema) {
        Set<String> options = new LinkedHashSet<>();
        schema.path("enum").forEach(option -> options.add(option.asText()));
        for (String word : new String[] {"oneOf", "anyOf"}) {
            for (JsonNode option : schema.path(word)) {
                if (!option.path("const").isTextual()) throw new IllegalArgumentException("a choice is not a text");
                options.add(option.get("const").asText());
            }
        }
        if (options.isEmpty()) throw new IllegalArgumentException("a choice has nothing to choose from");
        return options;
    }

    /** @param format empty if there is none that is known */
    record Text(int charsMin, int charsMax, String format) implements FormField {
        private static final Pattern EMAIL = Pattern.compile("[^\\s@]{1,64}@[^\\s@]{1,255}");

        @Override
        public Optional<String> fault(JsonNode value) {
            if (!value.isTextual() || !Texts.isWellFormed(value.asText())) return Optional.of("must be a text");
            String text = value.asText();
            int chars = text.codePointCount(0, text.length());
            if (chars < charsMin) return Optional.of("must have at least " + charsMin + " characters");
            if (chars > charsMax) return Optional.of("must have at most " + charsMax + " characters");
            return hasFormat(text) ? Optional.empty() : Optional.of("must be " + formatWords());
        }

        private boolean hasFormat(String text) {
            try {
                return switch (format) {
                    case "email" -> EMAIL.matcher(text).matches();
                    case "uri" -> new URI(text).isAbsolute();
                    case "date" -> LocalDate.parse(text) != null;
                    case "date-time" -> OffsetDateTime.parse(text) != null;
                    default -> true;
                };
            } catch (URISyntaxException | DateTimeParseException e) {
                return false;
            }
        }

        private String formatWords() {
            return switch (format) {
                case "email" -> "an e-mail address";
                case "uri" -> "an address such as https://example.org/";
                case "date" -> "a date such as 2026-07-28";
                default -> "a date and a time such as 2026-07-28T12:00:00Z";
            };
        }
    }

    /** @param min missing for none */
    record Numeric(boolean whole, JsonNode min, JsonNode max) implements FormField {
        @Override
        public Optional<String> fault(JsonNode value) {
            if (!value.isNumber()) return Optional.of("must be a number");
            // 3.0 is an integer, too.
            if (whole && value.decimalValue().stripTrailingZeros().scale() > 0) {
                return Optional.of("must be a whole number");
            }
            if (min.isNumber() && value.decimalValue().compareTo(min.decimalValue()) < 0) {
                return Optional.of("must be at least " + min.asText());
            }
            if (max.isNumber() && value.decimalValue().compareTo(max.decimalValue()) > 0) {
                return Optional.of("must be at most " + max.asText());
            }
            return Optional.empty();
        }
    }

    /** Yes or no. */
    record Flag() implements FormField {
        @Override
        public Optional<String> fault(JsonNode value) {
            return value.isBoolean() ? Optional.empty() : Optional.of("must be true or false");
        }
    }

    /** One of several texts. */
    record Choice(Set<String> options) implements FormField {
        @Override
        public Optional<String> fault(JsonNode value) {
            return value.isTextual() && options.contains(value.asText())
                    ? Optional.empty()
                    : Optional.of("must be one of the choices");
        }
    }

    /** Any of several texts. */
    record Choices(Set<String> options, int min, int max) implements FormField {
        @Override
        public Optional<String> fault(JsonNode value) {
            if (!value.isArray()) return Optional.of("must be a list");
            Set<String> chosen = new HashSet<>();
            for (JsonNode item : value) {
                if (!item.isTextual() || !options.contains(item.asText())) {
                    return Optional.of("must contain choices only");
                }
                if (!chosen.add(item.asText())) return Optional.of("must contain each choice once");
            }
            if (chosen.size() < min) return Optional.of("must contain at least " + min);
            return chosen.size() > max ? Optional.of("must contain at most " + max) : Optional.empty();
        }
    }

    /** What the schema of a field gives if nobody fills it in; missing if nothing. */
    static JsonNode standard(JsonNode schema) {
        return schema instanceof ObjectNode object && object.has("default")
                ? object.get("default")
                : MissingNode.getInstance();
    }
}
