package io.reprise;

import io.reprise.catalog.Catalog;
import io.reprise.catalog.Entry;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.catalog.file.CatalogFiles;
import io.reprise.catalog.file.CatalogFolder;
import io.reprise.catalog.provider.ModelChecker;
import io.reprise.catalog.provider.ProviderSettings;
import io.reprise.config.Settings;
import io.reprise.config.SettingsSource;
import io.reprise.config.read.SettingsProblem;
import io.reprise.model.http.ProviderAddresses;
import io.reprise.model.provider.ModelChecks;
import io.reprise.model.provider.Models;
import io.reprise.support.Current;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Asks a model of the files, the settings or the database for one word, without a server. */
final class CheckModelCommand {
    /** Longer than any check. */
    private static final int CHECK_S = 120;

    private static final int CLOSE_S = 10;

    private final SettingsSource source;
    private final Settings settings;
    private final Models models;
    private final EntryReader reader;

    /** @param text for the operator */
    record Outcome(boolean works, String text) {}

    /** @param reader of the files; knows all types */
    CheckModelCommand(SettingsSource source, Settings settings, Models models, EntryReader reader) {
        this.source = source;
        this.settings = settings;
        this.models = models;
        this.reader = reader;
    }

    /** @param named empty for the model that is used where none is named */
    Outcome check(Optional<String> named) {
        Optional<List<Entry>> stored = StoredEntries.read(settings);
        Catalog catalog = CatalogFiles.of(
                        source.file()
                                .map(CatalogFolder::beside)
                                .map(CatalogFolder::read)
                                .orElse(List.of()),
                        reader)
                .with(settings.model(), stored.orElse(List.of()), reader);
        String name = named.orElseGet(catalog::standardModel);
        Optional<ModelDefinition> model = catalog.model(name);
        if (model.isEmpty())
            return new Outcome(false, "model " + name + ": " + unusable(catalog, name, stored.isPresent()));
        ProviderSettings provider =
                catalog.provider(model.get().provider()).orElseThrow().settings();
        return ask(name, provider, model.get());
    }

    private static String unusable(Catalog catalog, String name, boolean withStored) {
        Optional<Listed> listed = catalog.find(new EntryKey(Kind.MODEL, name));
        if (listed.isEmpty()) {
            return withStored
                    ? "is neither in the files and settings nor in the database"
                    : "is not in the files and settings, and the database does not answer: start it or the server first";
        }
        String problems =
                listed.get().problems().stream().map(SettingsProblem::toString).collect(Collectors.joining("; "));
        return problems.isEmpty() ? "it or its provider is not enabled" : problems;
    }

    private Outcome ask(String name, ProviderSettings provider, ModelDefinition model) {
        String which =
                "model " + name + " (" + provider.type() + " " + model.options().name() + "): ";
        Vertx vertx = Vertx.vertx();
        try {
            ModelChecks checks = new ModelChecks(
                    vertx,
                    ProviderAddresses.of(Current.always(settings.outgoing())),
                    models,
                    source.environment(),
                    Current.always(settings.catalog().checkMs()));
            ModelChecker.Result result = Blocking.await(checks.check(provider, model.options()), CHECK_S);
            String said = result.said().isEmpty() ? "" : "\n  The provider said: " + result.said();
            return new Outcome(result.works(), which + result.text() + " [" + result.ms() + " ms]" + said);
        } finally {
            Blocking.close("the connections of the check", vertx.close(), CLOSE_S);
        }
    }
}
