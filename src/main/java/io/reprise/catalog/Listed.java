package io.reprise.catalog;

import io.reprise.catalog.definition.Definition;
import io.reprise.config.read.SettingsProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An entry with its meaning.
 *
 * @param definition empty if the settings of the entry cannot be read by this version of the server
 * @param problems why the entry cannot be used; empty if it can
 */
public record Listed(Entry entry, Optional<Definition> definition, List<SettingsProblem> problems) {
    public Listed {
        problems = List.copyOf(problems);
    }

    public EntryKey key() {
        return entry.key();
    }

    /** Whether it can be used and is enabled. */
    public boolean usable() {
        return problems.isEmpty() && definition.filter(Definition::enabled).isPresent();
    }

    Listed with(List<SettingsProblem> more) {
        List<SettingsProblem> all = new ArrayList<>(problems);
        all.addAll(more);
        return new Listed(entry, definition, all);
    }
}
