package io.reprise.model.provider;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What one event of a stream tells of a call of a tool; each field is empty where it tells nothing.
 *
 * @param number the provider's, which tells the calls of one answer apart
 * @param arguments the next piece of them
 */
record CallPart(String number, String id, String name, String arguments) {
    /** A part in the form of OpenAI, which others have taken over: a number, an id and a function. */
    static CallPart ofFunction(JsonNode part) {
        JsonNode function = part.path("function");
        return new CallPart(
                plain(part.path("index")),
                plain(part.path("id")),
                function.path("name").asText(""),
                arguments(function.path("arguments")));
    }

    /** Services that resemble the original send as JSON what it sends as text. */
    static String arguments(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) return "";
        return node.isTextual() ? node.asText() : node.toString();
    }

    static String plain(JsonNode node) {
        return node.isValueNode() && !node.isNull() ? node.asText() : "";
    }

    boolean hasNumber() {
        return !number.isEmpty();
    }

    boolean hasId() {
        return !id.isEmpty();
    }

    boolean hasName() {
        return !name.isEmpty();
    }
}
