package io.reprise;

import io.reprise.catalog.EntryKey;
import io.reprise.catalog.LiveCatalog;
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
        LiveCatalog.Next prepared = live.prepare(read.beside(next.model()), read.sources());
        List<SettingsProblem> problems = new ArrayList<>(read.problems());
        problems.addAll(prepared.problems());
        problems.addAll(unknownVersions(read, prepared));
        if (!problems.isEmpty()) throw new UnfitException(problems);
        return prepared(prepared);
    }

    /** Versions of prompts that agents of files name and that never were. Without an answer of the database nothing is known. */
    private List<SettingsProblem> unknownVersions(CatalogFiles read, LiveCatalog.Next prepared) {
        Set<EntryKey> fixed = read.sources().keySet();
        List<SettingsProblem> problems = new ArrayList<>();
        prepared.agents().forEach((key, agent) -> {
            String line = read.sources().get(key).where("prompt");
            List<SettingsProblem> found =
                    Blocking.await(live.unknownVersions(agent, fixed, line).otherwise(List.of()), ANSWER_S);
            found.forEach(one ->
                    problems.add(new SettingsProblem(key + ": " + one.path(), one.given(), one.fault(), one.source())));
        });
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
