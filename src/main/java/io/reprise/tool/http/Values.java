package io.reprise.tool.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.message.Json;
import io.reprise.tool.http.Template.Part;
import java.util.Map;

/**
 * What the templates of one call are filled with.
 *
 * @param arguments valid by the schema of the tool
 * @param secrets by the names that the file gives them
 * @param id of the call
 * @param user on whose behalf it is made
 */
record Values(ObjectNode arguments, Map<String, String> secrets, String id, String user) {
    Values {
        secrets = Map.copyOf(secrets);
    }

    /** Null if the argument was not given. */
    JsonNode argument(String name) {
        JsonNode value = arguments.get(name);
        return value == null || value.isNull() ? null : value;
    }

    /** The value of a place as text: a text itself, everything else as JSON. */
    String text(Part part) {
        return switch (part) {
            case Part.Literal literal -> literal.text();
            case Part.Argument argument -> text(argument(argument.name()));
            case Part.Secret secret -> secrets.getOrDefault(secret.name(), "");
            case Part.OfCall of -> of.field() == Template.Field.ID ? id : user;
        };
    }

    static String text(JsonNode value) {
        if (value == null) return "";
        return value.isTextual() ? value.textValue() : Json.text(value);
    }
}
