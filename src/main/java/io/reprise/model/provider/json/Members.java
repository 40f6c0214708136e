package io.reprise.model.provider.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.regex.Pattern;

/**
 * Joins members of messages that arrive in pieces in the way of OpenAI: texts are appended, objects and numbered items
 * are merged.
 */
public final class Members {
    private static final Pattern SEALED = Pattern.compile("(?i).*(signature|encrypted|opaque|data).*");
    private static final Pattern TEXTS = Pattern.compile("(?i)text|summary|content|.*(reason|think|thought).*");

    private Members() {}

    /** Sets these members; those that are objects in both are merged. */
    public static void merge(ObjectNode into, ObjectNode members) {
        members.properties().forEach(member -> {
            JsonNode before = into.get(member.getKey());
            if (before instanceof ObjectNode object && member.getValue() instanceof ObjectNode its) merge(object, its);
            else into.set(member.getKey(), member.getValue());
        });
    }

    /** Adds a piece to what has arrived before. */
    public static void join(ObjectNode whole, ObjectNode piece) {
        piece.properties().forEach(member -> join(whole, member.getKey(), member.getValue()));
    }

    /** Adds one member of a piece; null is ignored. */
    public static void join(ObjectNode whole, String name, JsonNode more) {
        if (more.isNull()) return;
        JsonNode before = whole.get(name);
        if (before instanceof ObjectNode object && more instanceof ObjectNode its) {
            join(object, its);
        } else if (before instanceof ArrayNode items && more instanceof ArrayNode its) {
            its.forEach(item -> join(items, item));
        } else if (before != null && before.isTextual() && more.isTextual() && grows(name)) {
            whole.put(name, before.asText() + more.asText());
        } else {
            whole.set(name, more.deepCopy());
        }
    }

    private static void join(ArrayNode items, JsonNode more) {
        for (JsonNode item : items) {
            if (item instanceof ObjectNode object && more instanceof ObjectNode its && isSameItem(object, its)) {
                join(object, its);
                return;
            }
        }
        items.add(more.deepCopy());
    }

    private static boolean isSameItem(ObjectNode item, ObjectNode more) {
        return item.path("index").isInt()
                && item.path("index").equals(more.path("index"))
                && item.path("type").equals(more.path("type"));
    }

    private static boolean grows(String name) {
        return TEXTS.matcher(name).matches() && !SEALED.matcher(name).matches();
    }
}
