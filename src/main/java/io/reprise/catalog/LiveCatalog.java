package io.reprise.catalog;

import io.reprise.catalog.CatalogStore.Decision;
import io.reprise.catalog.CatalogStore.NamedVersion;
import io.reprise.catalog.CatalogStore.Stored;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.YamlFile;
import io.reprise.message.Failure;
import io.reprise.support.Current;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The catalogue of a node while it runs: entries of files and settings, which are given to it, and those of the database,
 * which it reads again when another node has changed them. Thread-safe.
 */
public final class LiveCatalog {
    private static final Logger log = LoggerFactory.getLogger(LiveCatalog.class);

    private final CatalogStore store;
    private final EntryReader reader;
    private final Runnable changed;
    private final Current.Holder<Catalog> holder = new Current.Holder<>(Catalog.EMPTY);
    private List<Entry> fixed = List.of();
    private Stored stored = new Stored(0, List.of());
    private List<PromptVersions> prompts = List.of();

    /** @param changed called after a change of the database, to tell all nodes */
    public LiveCatalog(CatalogStore store, EntryReader reader, Runnable changed) {
        this.store = store;
        this.reader = reader;
        this.changed = changed;
    }

    /** The catalogue in use. */
    public Current<Catalog> current() {
        return holder;
    }

    public CatalogStore store() {
        return store;
    }

    public EntryReader reader() {
        return reader;
    }

    /** Number of the last change of entries in the database that is in use. */
    public synchronized long number() {
        return stored.number();
    }

    /** Reads the entries of the database again. */
    public Future<Void> refresh() {
        return store.load().compose(read -> {
            List<Entry> with = fixedNow();
            Catalog next = holder.get().next(read.number(), Entries.merged(with, read.entries()), reader);
            return store.prompts(named(next)).map(versions -> {
                use(read, versions, with, next);
                return null;
            });
        });
    }

    /** @param next made of {@code read} and {@code with} */
    private synchronized void use(Stored read, List<PromptVersions> versions, List<Entry> with, Catalog next) {
        if (read.number() < stored.number()) return;
        stored = read;
        prompts = versions;
        holder.replace(with == fixed ? next.with(versions) : merged(fixed));
        tellBroken();
    }

    /** Versions that agents of the database or of files name. */
    private static List<NamedVersion> named(Catalog all) {
        List<NamedVersion> named = new ArrayList<>();
        all.all(Kind.AGENT)
                .forEach(listed -> listed.definition()
                        .map(AgentDefinition.class::cast)
                        .ifPresent(agent -> agent.promptVersion()
                                .ifPresent(number -> named.add(
                                        new NamedVersion(new EntryKey(Kind.PROMPT, agent.promptName()), number)))));
        return named;
    }

    private synchronized List<Entry> fixedNow() {
        return fixed;
    }

    private Catalog merged(List<Entry> with) {
        return holder.get()
                .next(stored.number(), Entries.merged(with, stored.entries()), reader)
                .with(prompts);
    }

    /**
     * Other entries of files and settings, prepared but not in use.
     *
     * @param agents of files
     */
    public record Next(
            List<Entry> entries,
            Map<EntryKey, AgentDefinition> agents,
            List<SettingsProblem> problems,
            List<String> changes) {
        public Next {
            entries = List.copyOf(entries);
            agents = Map.copyOf(agents);
            problems = List.copyOf(problems);
            changes = List.copyOf(changes);
        }
    }

    /**
     * Checks other entries of files and settings together with those of the database.
     *
     * @param files of entries that are in files, for problems
     */
    public synchronized Next prepare(List<Entry> entries, Map<EntryKey, YamlFile> files) {
        List<SettingsProblem> problems = new ArrayList<>();
        Set<EntryKey> ofDatabase = stored.entries().stream()
                .filter(entry -> entry.origin() == Origin.DATABASE)
                .map(Entry::key)
                .collect(Collectors.toSet());
        for (Entry entry : entries) {
            if (!ofDatabase.contains(entry.key()) || entry.isReplaceable()) continue;
            problems.add(new SettingsProblem(
                    entry.key().toString(),
                    "",
                    "an entry with this name is in the database; delete it there or choose another name",
                    files.containsKey(entry.key())
                            ? files.get(entry.key()).name()
                            : entry.origin().word()));
        }
        problems.addAll(Entries.repeated(entries, files));
        Catalog after = merged(entries);
        problems.addAll(after.problemsOf(entries, files));
        problems.addAll(CatalogRules.broken(holder.get(), after));
        return new Next(entries, agentsOfFiles(after), problems, fixed.isEmpty() ? List.of() : changes(fixed, entries));
    }

    private static Map<EntryKey, AgentDefinition> agentsOfFiles(Catalog catalog) {
        Map<EntryKey, AgentDefinition> agents = new HashMap<>();
        for (Listed listed : catalog.all(Kind.AGENT)) {
            if (listed.entry().origin() != Origin.FILE) continue;
            listed.definition().ifPresent(agent -> agents.put(listed.key(), (AgentDefinition) agent));
        }
        return agents;
    }

    private static List<String> changes(List<Entry> before, List<Entry> after) {
        Map<EntryKey, Map<String, Object>> bodies = new HashMap<>();
        before.forEach(entry -> bodies.put(entry.key(), entry.body()));
        List<String> changes = new ArrayList<>();
        for (Entry entry : after) {
            if (!entry.body().equals(bodies.remove(entry.key())))
                changes.add(entry.key().toString());
        }
        bodies.keySet().forEach(gone -> changes.add(gone.toString()));
        return changes.stream().sorted().toList();
    }

    /** Uses prepared entries; their copies in the database follow. */
    public void commit(Next next) {
        synchronized (this) {
            fixed = next.entries();
            holder.replace(merged(fixed));
            tellBroken();
        }
        mirror();
    }

    /** Copies entries of files and settings into the database, so that they have versions, too. */
    public Future<Void> mirror() {
        return store.change(null, this::mirrored)
                .compose(done -> refresh())
                .onSuccess(done -> changed.run())
                .onFailure(cause -> log.atWarn()
                        .addKeyValue("cause", cause.toString())
                        .log("copies of the catalogue's files could not be saved; they are in use all the same"));
    }

    private Decision mirrored(Stored read) {
        List<Entry> wanted = fixedNow();
        Map<EntryKey, Entry> copies = new HashMap<>();
        Set<EntryKey> ofDatabase = new HashSet<>();
        for (Entry entry : read.entries()) {
            if (entry.origin() == Origin.DATABASE) ofDatabase.add(entry.key());
            else copies.put(entry.key(), entry);
        }
        List<Entry> put = new ArrayList<>();
        for (Entry entry : wanted) {
            Entry copy = copies.remove(entry.key());
            if (ofDatabase.contains(entry.key())) continue;
            if (copy == null || !Entries.isCopied(entry, copy)) put.add(entry);
        }
        return new Decision.Write("changed", put, List.of(), List.copyOf(copies.keySet()));
    }

    /**
     * Changes entries of the database.
     *
     * @param deciding what to do; called with the entries of the database and the catalogue as they are at that moment
     * @return the failure, or empty
     */
    public Future<Optional<Failure>> change(String user, BiFunction<Stored, Catalog, Decision> deciding) {
        return store.change(user, read -> deciding.apply(read, of(read))).compose(this::afterChange);
    }

    /** A version of an agent, also of one that was deleted; empty if there is none or it cannot be read any more. */
    public Future<Optional<AgentDefinition>> agent(String name, long version) {
        return store.version(new EntryKey(Kind.AGENT, name), version)
                .map(found -> found.map(its -> reader.read(Kind.AGENT, its.body()))
                        .filter(EntryReader.Outcome.Valid.class::isInstance)
                        .map(read -> (AgentDefinition) ((EntryReader.Outcome.Valid) read).definition()));
    }

    Future<Optional<Failure>> setStatus(
            String user, EntryKey prompt, long number, Status status, Function<Stored, Optional<Failure>> refusal) {
        return store.setStatus(user, prompt, number, status, refusal).compose(this::afterChange);
    }

    private Future<Optional<Failure>> afterChange(Optional<Failure> failure) {
        if (failure.isPresent()) return Future.succeededFuture(failure);
        return refresh().map(done -> {
            changed.run();
            return Optional.empty();
        });
    }

    /**
     * Agents that name a version of a prompt which there never was. A file's prompt that is not copied into the database yet may
     * become the next version.
     *
     * @param fixed prompts that come from files and settings
     * @param source of the agent, as in problems
     */
    public Future<List<SettingsProblem>> unknownVersions(AgentDefinition agent, Set<EntryKey> fixed, String source) {
        if (agent.promptVersion().isEmpty()) return Future.succeededFuture(List.of());
        long number = agent.promptVersion().get();
        EntryKey prompt = new EntryKey(Kind.PROMPT, agent.promptName());
        boolean isLoaded = holder.get()
                .prompt(agent.promptName())
                .flatMap(its -> its.version(number))
                .isPresent();
        if (isLoaded) return Future.succeededFuture(List.of());
        return store.versions(prompt, Long.MAX_VALUE, 1)
                .map(newest -> newest.isEmpty() ? 0 : newest.getFirst().number())
                .compose(newest -> store.version(prompt, number).map(found -> {
                    boolean isNext = fixed.contains(prompt) && number == newest + 1;
                    boolean exists =
                            found.filter(version -> version.status() != null).isPresent();
                    if (exists || isNext) return List.<SettingsProblem>of();
                    String fault = "the prompt " + prompt.name() + " has no version " + number;
                    return List.of(new SettingsProblem("prompt", agent.prompt(), fault, source));
                }));
    }

    /** The catalogue with these entries of the database, without versions of prompts. */
    Catalog of(Stored read) {
        return holder.get().next(read.number(), Entries.merged(fixedNow(), read.entries()), reader);
    }

    private void tellBroken() {
        for (Listed listed : holder.get().all()) {
            if (listed.problems().isEmpty()) continue;
            log.atWarn()
                    .addKeyValue("entry", listed.key())
                    .addKeyValue(
                            "problems",
                            listed.problems().stream()
                                    .map(SettingsProblem::toString)
                                    .toList())
                    .log("an entry of the catalogue cannot be used");
        }
    }
}
