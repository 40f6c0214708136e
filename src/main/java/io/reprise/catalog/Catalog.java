package io.reprise.catalog;

import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.Definition;
import io.reprise.catalog.definition.Definition.Reference;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.EntryReader.Outcome;
import io.reprise.catalog.definition.McpServerDefinition;
import io.reprise.catalog.definition.MiddlewareDefinition;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.catalog.definition.PromptDefinition;
import io.reprise.catalog.definition.ProviderDefinition;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.YamlFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All entries of the catalogue at one moment, whatever they come from. Immutable. */
public final class Catalog {
    /** No entries. */
    public static final Catalog EMPTY = new Catalog(0, Map.of(), Map.of(), Map.of());

    private final long number;
    /** Each entry as it was read by itself. */
    private final Map<EntryKey, Listed> alone;

    private final Map<EntryKey, Listed> entries;
    private final Map<EntryKey, PromptVersions> prompts;

    private Catalog(
            long number,
            Map<EntryKey, Listed> alone,
            Map<EntryKey, Listed> entries,
            Map<EntryKey, PromptVersions> prompts) {
        this.number = number;
        this.alone = Collections.unmodifiableMap(alone);
        this.entries = Collections.unmodifiableMap(entries);
        this.prompts = Map.copyOf(prompts);
    }

    /**
     * Reads entries and checks them together.
     *
     * @param number of the last change in the database
     * @param prompts the versions of prompts of the database that may be used
     */
    public static Catalog of(
            long number, Collection<Entry> given, Collection<PromptVersions> prompts, EntryReader reader) {
        return EMPTY.next(number, given, reader).with(prompts);
    }

    /** Other entries, of which only those are read that are not in this catalogue; without versions of prompts. */
    Catalog next(long other, Collection<Entry> given, EntryReader reader) {
        Map<EntryKey, Listed> read = new TreeMap<>();
        for (Entry entry : given) read.put(entry.key(), readOnce(entry, reader));
        Map<EntryKey, Listed> checked = new TreeMap<>(read);
        Map<EntryKey, List<SettingsProblem>> problems = CatalogRules.problems(read, reader);
        problems.forEach((key, found) -> checked.computeIfPresent(key, (same, listed) -> listed.with(found)));
        return new Catalog(other, read, checked, Map.of());
    }

    private Listed readOnce(Entry entry, EntryReader reader) {
        Listed known = alone.get(entry.key());
        boolean same = known != null
                && known.entry().origin() == entry.origin()
                && known.entry().body().equals(entry.body());
        return same ? new Listed(entry, known.definition(), known.problems()) : read(entry, reader);
    }

    /** With the versions of prompts of the database that may be used. */
    Catalog with(Collection<PromptVersions> given) {
        Map<EntryKey, PromptVersions> versions = new TreeMap<>();
        given.forEach(one -> versions.put(one.key(), one));
        entries.values().forEach(listed -> {
            if (listed.entry().origin() == Origin.DATABASE) return;
            if (listed.definition().orElse(null) instanceof PromptDefinition prompt) {
                versions.merge(listed.key(), PromptVersions.of(listed.entry(), prompt), PromptVersions::before);
            }
        });
        return new Catalog(number, alone, entries, versions);
    }

    private static Listed read(Entry entry, EntryReader reader) {
        return switch (reader.read(entry.key().kind(), entry.body())) {
            case Outcome.Valid valid -> new Listed(entry, Optional.of(valid.definition()), forbidden(entry, reader));
            case Outcome.Invalid invalid -> new Listed(entry, Optional.empty(), invalid.problems());
        };
    }

    private static List<SettingsProblem> forbidden(Entry entry, EntryReader reader) {
        return entry.origin() == Origin.DATABASE
                ? reader.forbiddenSecrets(entry.key().kind(), entry.body())
                : List.of();
    }

    /** The number of the last change in the database. */
    public long number() {
        return number;
    }

    /** All entries by kind and name. */
    public Collection<Listed> all() {
        return entries.values();
    }

    public List<Listed> all(Kind kind) {
        return entries.values().stream()
                .filter(listed -> listed.key().kind() == kind)
                .toList();
    }

    public Optional<Listed> find(EntryKey key) {
        return Optional.ofNullable(entries.get(key));
    }

    private <T extends Definition> Optional<T> usable(Kind kind, String name, Class<T> type) {
        return find(new EntryKey(kind, name))
                .filter(Listed::usable)
                .flatMap(Listed::definition)
                .map(type::cast);
    }

    /** A provider that can be used. */
    public Optional<ProviderDefinition> provider(String name) {
        return usable(Kind.PROVIDER, name, ProviderDefinition.class);
    }

    /** A model that can be used; its provider can be used, too. */
    public Optional<ModelDefinition> model(String name) {
        return usable(Kind.MODEL, name, ModelDefinition.class)
                .filter(model -> provider(model.provider()).isPresent());
    }

    /** An agent that can be used. */
    public Optional<AgentDefinition> agent(String name) {
        return usable(Kind.AGENT, name, AgentDefinition.class);
    }

    /** A middleware that is set up correctly, also if it is switched off. */
    public Optional<MiddlewareDefinition> middleware(String name) {
        return find(new EntryKey(Kind.MIDDLEWARE, name))
                .filter(listed -> listed.problems().isEmpty())
                .flatMap(Listed::definition)
                .map(MiddlewareDefinition.class::cast);
    }

    /** An MCP server that can be used. */
    public Optional<McpServerDefinition> mcpServer(String name) {
        return usable(Kind.MCP_SERVER, name, McpServerDefinition.class);
    }

    /** The name of the model that is used where none is named: the one that is marked, else that of the settings. */
    public String standardModel() {
        return all(Kind.MODEL).stream()
                .filter(CatalogRules::isStandard)
                .map(listed -> listed.key().name())
                .findFirst()
                .orElse(ModelDefinition.OF_SETTINGS);
    }

    /** The model of this name, or the standard one if it is empty. */
    public String named(String model) {
        return model.isEmpty() ? standardModel() : model;
    }

    /** What people see of a model. */
    public String modelTitle(String name) {
        return model(name)
                .map(model -> model.title().isEmpty() ? model.options().name() : model.title())
                .filter(title -> !title.isEmpty())
                .orElse(name);
    }

    /** The versions of a prompt that may be used. */
    public Optional<PromptVersions> prompt(String name) {
        return Optional.ofNullable(prompts.get(new EntryKey(Kind.PROMPT, name)));
    }

    /**
     * Why some entries cannot be used.
     *
     * @param files of entries that are in files
     */
    public List<SettingsProblem> problemsOf(Collection<Entry> some, Map<EntryKey, YamlFile> files) {
        List<SettingsProblem> problems = new ArrayList<>();
        for (Entry entry : some) {
            Listed listed = entries.get(entry.key());
            if (listed == null) continue;
            YamlFile file = files.get(entry.key());
            listed.problems()
                    .forEach(problem -> problems.add(new SettingsProblem(
                            entry.key() + ": " + problem.path(),
                            problem.given(),
                            problem.fault(),
                            file == null ? entry.origin().word() : file.where(problem.path()))));
        }
        return problems;
    }

    /** Entries that name this one. */
    public List<EntryKey> usersOf(EntryKey key) {
        return usersOf(key, entries.values());
    }

    static List<EntryKey> usersOf(EntryKey key, Collection<Listed> among) {
        List<EntryKey> users = new ArrayList<>();
        for (Listed listed : among) {
            boolean names = listed.definition().map(Definition::references).orElse(List.of()).stream()
                    .map(Reference::key)
                    .anyMatch(key::equals);
            if (names) users.add(listed.key());
        }
        return users;
    }
}
