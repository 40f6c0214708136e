package io.reprise.message.inquiry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.message.Json;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The form of an inquiry: a flat object of texts, numbers, yes or no, and choices, which is the part of JSON Schema that the
 * Model Context Protocol allows for it. Patterns are left to the server, because an expression of others could run for ever.
 */
public final class InquiryForm {
    private static final int FIELDS_MAX = 100;
    private static final int NAME_CHARS_MAX = 200;

    private final Map<String, FormField> fields = new LinkedHashMap<>();
    private final Map<String, JsonNode> standards = new LinkedHashMap<>();
    private final Set<String> required = new HashSet<>();

    private InquiryForm(JsonNode schema) {
        if (!schema.path("type").asText("object").equals("object")) {
            throw new IllegalArgumentException("the form is not an object");
        }
        for (var property : schema.path("properties").properties()) {
            String name = property.getKey();
            if (name.length() > NAME_CHARS_MAX) throw new IllegalArgumentException("the name of a field is too long");
            fields.put(name, FormField.of(property.getValue()));
            JsonNode standard = FormField.standard(property.getValue());
            if (!standard.isMissingNode() && !standard.isNull()) standards.put(name, standard);
        }
        if (fields.size() > FIELDS_MAX) throw new IllegalArgumentException("the form has too many fields");
        for (JsonNode name : schema.path("required")) {
            if (!fields.containsKey(name.asText())) throw new IllegalArgumentException("a required field is missing");
            required.add(name.asText());
        }
    }

    /** @throws IllegalArgumentException with the reason if this is no form */
    public static InquiryForm of(JsonNode schema) {
        return new InquiryForm(schema);
    }

    /** Whether an answer fits. */
    public sealed interface Checked {
        /** @param content the answer as JSON text, with the values of fields that were left out */
        record Fits(String content) implements Checked {}

        /** @param why a sentence for the person */
        record Wrong(String why) implements Checked {}
    }

    /** @param answer JSON text of an object, or null for the empty one */
    public Checked check(String answer) {
        ObjectNode content = Json.parse(answer == null ? "{}" : answer, ObjectNode.class);
        standards.forEach((name, value) -> {
            if (!content.has(name)) content.set(name, value);
        });
        for (var given : content.properties()) {
            FormField field = fields.get(given.getKey());
            if (field == null) return new Checked.Wrong("The form has no field \"" + given.getKey() + "\".");
            Optional<String> fault = field.fault(given.getValue());
            if (fault.isPresent()) return new Checked.Wrong("\"" + given.getKey() + "\" " + fault.get() + ".");
        }
        for (String name : required) {
            if (!content.has(name)) return new Checked.Wrong("\"" + name + "\" is required.");
        }
        return new Checked.Fits(content.toString());
    }
}
