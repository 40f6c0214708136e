package io.reprise.gateway.rest.catalog;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.reprise.catalog.Catalog;
import io.reprise.catalog.CatalogStore;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.Origin;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.Definition;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.OpenSettings;
import io.reprise.gateway.http.Problem;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Entries of the catalogue as JSON.
 *
 * @param whole whether the reader may see values that may contain secrets
 */
record ShownCatalog(Catalog catalog, EntryReader reader, boolean whole) {
    /** A page of entries. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entries(List<Entry> entries, String cursor) {}

    /**
     * @param revision of prompts of the database: changes also with the status of a version
     * @param usable whether it is enabled and whole, and what it needs, too
     * @param standard whether it is used where none is named
     * @param replaceable whether an entry with the same name can be created, which then takes its place
     * @param concealed paths of settings whose values are not shown to the reader
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(
            String kind,
            String name,
            long version,
            Long revision,
            String origin,
            boolean enabled,
            boolean usable,
            @JsonProperty("default") Boolean standard,
            Boolean replaceable,
            String by,
            String at,
            Map<String, Object> settings,
            List<String> concealed,
            List<Problem.Detail> problems,
            List<Named> users) {}

    record Named(String kind, String name) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Versions(List<Version> versions, String cursor) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Version(
            long number,
            String origin,
            String action,
            String status,
            String by,
            String at,
            Map<String, Object> settings,
            List<String> concealed) {}

    Entry entry(Listed listed) {
        return entry(listed, listed.entry().body());
    }

    /** For lists, in which a prompt is without its text. */
    Entry brief(Listed listed) {
        Map<String, Object> body = new LinkedHashMap<>(listed.entry().body());
        if (listed.key().kind() == Kind.PROMPT) body.remove("text");
        return entry(listed, body);
    }

    private Entry entry(Listed listed, Map<String, Object> body) {
        io.reprise.catalog.Entry entry = listed.entry();
        EntryKey key = listed.key();
        OpenSettings settings = settings(key.kind(), body);
        return new Entry(
                key.kind().word(),
                key.name(),
                entry.version(),
                key.kind() == Kind.PROMPT && entry.origin() == Origin.DATABASE ? entry.revision() : null,
                entry.origin().word(),
                listed.definition().filter(Definition::enabled).isPresent(),
                isUsable(listed),
                isStandard(key) ? true : null,
                entry.isReplaceable() ? true : null,
                entry.by(),
                time(entry.atMs()),
                settings.body(),
                settings.concealed().isEmpty() ? null : settings.concealed(),
                listed.problems().stream()
                        .map(problem -> new Problem.Detail(problem.path(), problem.fault()))
                        .toList(),
                catalog.usersOf(key).stream()
                        .map(user -> new Named(user.kind().word(), user.name()))
                        .toList());
    }

    private boolean isUsable(Listed listed) {
        return listed.key().kind() == Kind.MODEL
                ? catalog.model(listed.key().name()).isPresent()
                : listed.usable();
    }

    private boolean isStandard(EntryKey key) {
        return switch (key.kind()) {
            case MODEL -> key.name().equals(catalog.standardModel());
            case AGENT, PROMPT -> key.name().equals(AgentDefinition.DEFAULT);
            case PROVIDER, MIDDLEWARE, MCP_SERVER -> false;
        };
    }

    Version version(Kind kind, CatalogStore.Version version) {
        OpenSettings settings = settings(kind, version.body());
        return new Version(
                version.number(),
                version.origin().word(),
                version.action(),
                version.status() == null ? null : version.status().name().toLowerCase(Locale.ROOT),
                version.by(),
                time(version.atMs()),
                settings.body(),
                settings.concealed().isEmpty() ? null : settings.concealed());
    }

    private OpenSettings settings(Kind kind, Map<String, Object> body) {
        return whole ? new OpenSettings(body, List.of()) : OpenSettings.of(kind, body, reader);
    }

    private static String time(long ms) {
        return ms == 0 ? null : Instant.ofEpochMilli(ms).toString();
    }
}
