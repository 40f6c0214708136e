package io.reprise.model.provider.request;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reprise.catalog.provider.ProviderSettings.Anthropic.Cache;

/**
 * Marks parts of a request to Anthropic up to which the provider keeps it, so that the next request pays less for what
 * has not changed. The mark at the last message of one request is found by the next one, which continues it.
 */
public final class CacheMarks {
    private CacheMarks() {}

    public static void mark(ObjectNode body, Cache cache) {
        if (cache.tools()) markLast(body.path("tools"));
        if (cache.system()) markLast(blocks(body, "system"));
        if (cache.lastMessage() && last(body.path("messages")) instanceof ObjectNode message) {
            markLast(blocks(message, "content"));
        }
    }

    /** The blocks of a member; a text becomes a block. */
    private static JsonNode blocks(ObjectNode of, String name) {
        JsonNode given = of.path(name);
        if (!given.isTextual()) return given;
        ArrayNode blocks = of.putArray(name);
        blocks.addObject().put("type", "text").put("text", given.asText());
        return blocks;
    }

    private static void markLast(JsonNode items) {
        if (last(items) instanceof ObjectNode item
                && !item.path("text").asText("x").isBlank()) {
            item.putObject("cache_control").put("type", "ephemeral");
        }
    }

    private static JsonNode last(JsonNode items) {
        return items.path(items.size() - 1);
    }
}
