package io.reprise;

import io.reprise.catalog.Entry;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.LiveCatalog;
import io.reprise.catalog.SettingsEntries;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.file.CatalogFiles;
import io.reprise.config.Settings;
import io.reprise.config.read.ConfigFiles;
import io.reprise.config.read.SettingsProblem;
import io.reprise.reload.ReloadPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The entries of the catalogue that come from files and settings, and change with them. */
final class CatalogPart implements ReloadPart {
    /** Longer than any question to the database. */
    private static final int ANSWER_S = 60;

    private final LiveCatalog live;

    CatalogPart(LiveCatalog live) {
        this.live = live;
    }

    @Override
    public Prepared prepare(Settings next, ConfigFiles files) {
        CatalogFiles read = CatalogFiles.of(files.others(), live.reader());
        List<Entry> entries = new ArrayList<>(SettingsEntries.of(next.model()));
        entries.removeIf(entry -> read.sources().containsKey(entry.key()) && entry.isReplaceable());
        entries.addAll(read.entries());
        LiveCatalog.Next prepared = live.prepare(entries, read.sources());
        List<SettingsProblem> problems = new ArrayList<>(read.problems());
        problems.addAll(prepared.problems());
        problems.addAll(unknownVersions(read));
        if (!problems.isEmpty()) throw new UnfitException(problems);
        return prepared(prepared);
    }

    /** Versions of prompts that agents of files name and that never were. Without an answer of the database nothing is known. */
    private List<SettingsProblem> unknownVersions(CatalogFiles read) {
        Set<EntryKey> fixed = read.sources().keySet();
        List<SettingsProblem> problems = new ArrayList<>();
        for (Entry entry : read.entries()) {
            if (entry.key().kind() != Kind.AGENT) continue;
            if (!(live.reader().read(Kind.AGENT, entry.body()) instanceof EntryReader.Outcome.Valid valid)) continue;
            AgentDefinition agent = (AgentDefinition) valid.definition();
            String line = read.sources().get(entry.key()).where("prompt");
            List<SettingsProblem> found =
                    Blocking.await(live.unknownVersions(agent, fixed, line).otherwise(List.of()), ANSWER_S);
            found.forEach(one -> problems.add(
                    new SettingsProblem(entry.key() + ": " + one.path(), one.given(), one.fault(), one.source())));
        }
        return problems;
    }

    private Prepared prepared(LiveCatalog.Next prepared) {
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
