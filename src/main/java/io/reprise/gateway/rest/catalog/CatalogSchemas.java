package io.reprise.gateway.rest.catalog;

import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.EntrySchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON Schemas of settings.
 *
 * @param providers by type
 * @param modelsOf by type of the provider
 * @param middleware by type
 */
record CatalogSchemas(
        Map<String, Map<String, Object>> providers,
        Map<String, Object> models,
        Map<String, Map<String, Object>> modelsOf,
        Map<String, Object> prompts,
        Map<String, Object> agents,
        Map<String, Map<String, Object>> middleware,
        Map<String, Object> mcpServers) {
    static CatalogSchemas of(EntryReader reader) {
        return new CatalogSchemas(
                byType(Kind.PROVIDER, reader, reader.types().names()),
                of(Kind.MODEL, reader),
                modelsOf(reader),
                of(Kind.PROMPT, reader),
                of(Kind.AGENT, reader),
                byType(Kind.MIDDLEWARE, reader, reader.middleware().names()),
                of(Kind.MCP_SERVER, reader));
    }

    private static Map<String, Map<String, Object>> byType(Kind kind, EntryReader reader, List<String> types) {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        for (String type : types) all.put(type, EntrySchema.of(kind, reader, Map.of("type", type)));
        return all;
    }

    private static Map<String, Map<String, Object>> modelsOf(EntryReader reader) {
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        for (String type : reader.types().names()) all.put(type, EntrySchema.ofModel(reader, type));
        return all;
    }

    private static Map<String, Object> of(Kind kind, EntryReader reader) {
        return EntrySchema.of(kind, reader, Map.of());
    }
}
