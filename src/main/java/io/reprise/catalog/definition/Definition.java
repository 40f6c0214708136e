package io.reprise.catalog.definition;

import io.reprise.catalog.EntryKey;
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

    /**
     * A mention of another entry.
     *
     * @param path of the setting that names it
     */
    record Reference(String path, EntryKey key) {}
}
