package io.reprise.catalog.definition;

import io.reprise.catalog.EntryKey;
import io.reprise.config.read.Section;
import java.util.List;

/** The meaning of an entry: its settings, checked by themselves but not yet together with other entries. */
public sealed interface Definition
        permits ProviderDefinition,
                ModelDefinition,
                PromptDefinition,
                AgentDefinition,
                MiddlewareDefinition,
                McpServerDefinition {
    /** Whether it may be used. */
    boolean enabled();

    /** Entries that must exist. */
    List<Reference> references();

    /** Reads the name of a model; empty for none. */
    static String modelName(Section section, String key) {
        return section.text(key, "", "the name of a model, or empty", EntryKey.NAME.orEmpty());
    }

    /**
     * A mention of another entry.
     *
     * @param path of the setting that names it
     */
    record Reference(String path, EntryKey key) {}
}
