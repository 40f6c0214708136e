package io.reprise;

import io.reprise.catalog.Entry;
import io.reprise.catalog.LiveCatalog;
import io.reprise.catalog.SettingsEntries;
import io.reprise.catalog.file.CatalogFiles;
import io.reprise.config.Settings;
import io.reprise.config.read.ConfigFiles;
import io.reprise.config.read.SettingsProblem;
import io.reprise.reload.ReloadPart;
import java.util.ArrayList;
import java.util.List;

/** The entries of the catalogue that come from files and settings, and change with them. */
final class CatalogPart implements ReloadPart {
    private final LiveCatalog live;

    CatalogPart(LiveCatalog live) {
        this.live = live;
    }

    @Override
    public Prepared prepare(Settings next, ConfigFiles files) {
        CatalogFiles read = CatalogFiles.of(files.others(), live.reader());
        List<Entry> entries = new ArrayList<>(SettingsEntries.of(next.model()));
        entries.removeIf(entry -> read.lines().containsKey(entry.key()) && entry.isReplaceable());
        entries.addAll(read.entries());
        LiveCatalog.Next prepared = live.prepare(entries, read.lines());
        List<SettingsProblem> problems = new ArrayList<>(read.problems());
        problems.addAll(prepared.problems());
        if (!problems.isEmpty()) throw new UnfitException(problems);
        return new Prepared() {
            @Override
            public void commit() {
                live.commit(prepared);
            }

            @Override
            public void abandon() {
                // Nothing was opened.
            }

            @Override
            public List<String> changes() {
                return prepared.changes();
            }
        };
    }
}
