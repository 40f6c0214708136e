package io.reprise.gateway.rest.catalog;

import io.reprise.catalog.Kind;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.EntrySchema;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The JSON Schemas of settings.
 *
 * @param providers by type
 */
record CatalogSchemas(
        Map<String, Map<String, Object>> providers,
        Map<String, Object> models,
        Map<String, Object> prompts,
        Map<String, Object> agents) {
    static CatalogSchemas of(EntryReader reader) {
        Map<String, Map<String, Object>> providers = new LinkedHashMap<>();
        for (String type : reader.types().names()) {
            providers.put(type, EntrySchema.of(Kind.PROVIDER, reader, Map.of("type", type)));
        }
        return new CatalogSchemas(providers, of(Kind.MODEL, reader), of(Kind.PROMPT, reader), of(Kind.AGENT, reader));
    }

    private static Map<String, Object> of(Kind kind, EntryReader reader) {
        return EntrySchema.of(kind, reader, Map.of());
    }
}
