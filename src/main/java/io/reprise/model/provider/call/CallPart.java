package io.reprise.model.provider.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.model.provider.json.JsonText;
import java.util.Set;

/**
 * One part of a tool call, from one event of a stream; fields that the event does not have are empty.
 *
 * @param number the provider's number of the call within the answer
 * @param arguments the next piece of the arguments
 * @param extra unknown members of the {@code call} and of its {@code function}, which the provider requires back; null
 *     for none
 */
public record CallPart(String number, String id, String name, String arguments, ObjectNode extra) {
    private static final Set<String> OF_CALLS = Set.of("index", "id", "type", "function");
    private static final Set<String> OF_FUNCTIONS = Set.of("index", "name", "arguments", "description");

    public CallPart(String number, String id, String name, String arguments) {
        this(number, id, name, arguments, null);
    }

    /** A part in the format of OpenAI, which other services use, too: a number, an id and a function. */
    public static CallPart ofFunction(JsonNode part) {
        JsonNode function = part.path("function");
        return new CallPart(
                plain(part.path("index")),
                plain(part.path("id")),
                function.path("name").asText(""),
                arguments(function.path("arguments")),
                extra(part, function));
    }

    private static ObjectNode extra(JsonNode part, JsonNode function) {
        ObjectNode extra = JsonText.empty();
        gather(part, OF_CALLS, extra, "call");
        gather(function, OF_FUNCTIONS, extra, "function");
        return extra.isEmpty() ? null : extra;
    }

    private static void gather(JsonNode from, Set<String> known, ObjectNode into, String as) {
        from.properties().forEach(member -> {
            if (known.contains(member.getKey()) || member.getValue().isNull()) return;
            into.withObject("/" + as).set(member.getKey(), member.getValue());
        });
    }

    /** Some compatible services send as JSON what OpenAI sends as text. */
    public static String arguments(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) return "";
        return node.isTextual() ? node.asText() : node.toString();
    }

    public static String plain(JsonNode node) {
        return node.isValueNode() && !node.isNull() ? node.asText() : "";
    }

    public boolean hasNumber() {
        return !number.isEmpty();
    }

    public boolean hasId() {
        return !id.isEmpty();
    }

    public boolean hasName() {
        return !name.isEmpty();
    }
}
