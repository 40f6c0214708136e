package io.reprise.catalog;

import io.reprise.catalog.CatalogStore.Decision;
import io.reprise.catalog.CatalogStore.Stored;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.Definition;
import io.reprise.catalog.definition.EntryReader.Outcome;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.config.read.SettingsProblem;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.Current;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Changes of the entries of the database by administrators. A change is refused if it would leave any entry that was whole
 * unusable, with all reasons at once, each with the path of its setting.
 */
public final class CatalogEdits {
    private final LiveCatalog live;
    private final Current<Integer> entriesMax;

    /** @param entriesMax most entries in the database */
    public CatalogEdits(LiveCatalog live, Current<Integer> entriesMax) {
        this.live = live;
        this.entriesMax = entriesMax;
    }

    /** What has become of a change. */
    public sealed interface Result {
        record Done() implements Result {}

        record Refused(Failure failure) implements Result {}

        /** The settings are wrong. */
        record Invalid(List<SettingsProblem> problems) implements Result {
            public Invalid {
                problems = List.copyOf(problems);
            }
        }
    }

    private static final class Reasons {
        private List<SettingsProblem> problems = List.of();
    }

    /** Adds an entry. */
    public Future<Result> create(String user, EntryKey key, Map<String, Object> body) {
        return put(user, key, body, "created", stored -> {
            Optional<Entry> same = live.of(stored).find(key).map(Listed::entry);
            if (same.isPresent() && !same.get().isReplaceable()) {
                String from =
                        same.get().origin() == Origin.DATABASE ? "" : " It comes from a file or from the settings.";
                return Optional.of(Failure.of(ErrorCode.CONFLICT, "There is a " + key + " already." + from));
            }
            long count = stored.entries().stream()
                    .filter(entry -> entry.origin() == Origin.DATABASE)
                    .count();
            return count < entriesMax.get()
                    ? Optional.empty()
                    : Optional.of(Failure.of(
                            ErrorCode.TOO_MANY_REQUESTS, "The catalogue has as many entries as this server allows."));
        });
    }

    /**
     * Replaces the settings of an entry.
     *
     * @param version that was changed; another one is a conflict
     */
    public Future<Result> save(String user, EntryKey key, Map<String, Object> body, long version) {
        return put(user, key, body, "changed", stored -> unlessChangeable(stored, key, Seen.version(version)));
    }

    /**
     * Saves an earlier version of an entry again, as its newest version; a prompt is approved then.
     *
     * @param seen of the entry when the decision was made; another one is a conflict
     */
    public Future<Result> restore(String user, EntryKey key, long number, Seen seen) {
        return live.store().version(key, number).compose(found -> {
            if (found.isEmpty()) {
                Failure failure = Failure.notFound("Version");
                return Future.succeededFuture(new Result.Refused(failure));
            }
            Map<String, Object> body = new HashMap<>(found.get().body());
            if (key.kind() == Kind.PROMPT) body.put("status", "approved");
            return put(user, key, body, "restored", stored -> unlessChangeable(stored, key, seen));
        });
    }

    private Future<Result> put(
            String user,
            EntryKey key,
            Map<String, Object> body,
            String action,
            Function<Stored, Optional<Failure>> refusal) {
        Outcome read = live.reader().read(key.kind(), body);
        return unknownVersions(read).compose(unknown -> {
            List<SettingsProblem> wrong = wrong(key, read);
            unknown.stream().filter(one -> !isNamed(wrong, one.path())).forEach(wrong::add);
            if (!wrong.isEmpty()) return Future.succeededFuture(new Result.Invalid(wrong));
            return write(user, key, ((Outcome.Valid) read).body(), action, refusal);
        });
    }

    /** Versions of prompts never go, so what is found before the change is true during it. */
    private Future<List<SettingsProblem>> unknownVersions(Outcome read) {
        Definition definition = definition(read);
        if (!(definition instanceof AgentDefinition agent)) return Future.succeededFuture(List.of());
        return live.unknownVersions(agent, Set.of(), Origin.DATABASE.word());
    }

    private static boolean isNamed(List<SettingsProblem> problems, String path) {
        return problems.stream().anyMatch(problem -> problem.path().equals(path));
    }

    private Future<Result> write(
            String user,
            EntryKey key,
            Map<String, Object> clean,
            String action,
            Function<Stored, Optional<Failure>> refusal) {
        Reasons reasons = new Reasons();
        return live.change(user, (stored, before) -> {
                    Optional<Failure> refused = refusal.apply(stored);
                    if (refused.isPresent()) return new Decision.Refused(refused.get());
                    Entry entry = new Entry(key, Origin.DATABASE, 0, clean, user, 0);
                    Optional<Entry> standard = standardBeside(entry, before);
                    if (standard.filter(other -> other.origin() != Origin.DATABASE)
                            .isPresent()) {
                        return new Decision.Refused(Failure.of(
                                ErrorCode.CONFLICT,
                                "The default model is fixed by a file: "
                                        + standard.get().key().name() + "."));
                    }
                    List<Entry> along =
                            standard.map(Entry::withoutStandard).stream().toList();
                    return checked(
                            stored, before, new Decision.Write(action, List.of(entry), along, List.of()), key, reasons);
                })
                .map(failure -> result(failure, reasons));
    }

    /** What is wrong with the name and the settings; in this case also the entries that it names and that do not exist. */
    private List<SettingsProblem> wrong(EntryKey key, Outcome read) {
        List<SettingsProblem> problems = new ArrayList<>();
        if (!EntryKey.isName(key.name())) {
            problems.add(new SettingsProblem("name", key.name(), "must be " + EntryKey.EXPECTED, ""));
        }
        if (read instanceof Outcome.Invalid invalid) problems.addAll(invalid.problems());
        if (problems.isEmpty()) return problems;
        Catalog now = live.current().get();
        problems.addAll(
                CatalogRules.missing(definition(read), other -> now.find(other).isPresent(), Origin.DATABASE.word()));
        return problems;
    }

    private static Definition definition(Outcome read) {
        return switch (read) {
            case Outcome.Valid valid -> valid.definition();
            case Outcome.Invalid invalid -> invalid.definition();
        };
    }

    private static Optional<Entry> standardBeside(Entry entry, Catalog before) {
        if (!entry.isStandard()) return Optional.empty();
        return before.all(Kind.MODEL).stream()
                .map(Listed::entry)
                .filter(other -> other.isStandard() && !other.key().equals(entry.key()))
                .findFirst();
    }

    private Decision checked(Stored stored, Catalog before, Decision.Write write, EntryKey key, Reasons reasons) {
        Catalog after = live.of(after(stored, write));
        List<SettingsProblem> problems = new ArrayList<>();
        if (key != null) after.find(key).map(Listed::problems).ifPresent(problems::addAll);
        CatalogRules.broken(before, after).stream()
                .filter(problem -> key == null || !problem.path().startsWith(key + ": "))
                .forEach(problems::add);
        if (problems.isEmpty()) return write;
        reasons.problems = problems;
        return new Decision.Refused(Failure.badRequest(words(problems)));
    }

    private static Stored after(Stored stored, Decision.Write write) {
        Map<EntryKey, Entry> entries = new HashMap<>();
        stored.entries().forEach(entry -> entries.put(entry.key(), entry));
        write.removed().forEach(entries::remove);
        write.all().forEach(put -> entries.put(put.entry().key(), put.entry()));
        return new Stored(stored.number(), List.copyOf(entries.values()));
    }

    /**
     * What somebody has seen of an entry before they change it.
     *
     * @param version null for any, likewise {@code revision}
     */
    public record Seen(Long version, Long revision) {
        static Seen version(Long version) {
            return new Seen(version, null);
        }

        private boolean isNow(Entry entry) {
            return (version == null || version == entry.version())
                    && (revision == null || revision == entry.revision());
        }
    }

    private static Optional<Failure> unlessChangeable(Stored stored, EntryKey key, Seen seen) {
        Optional<Entry> found = stored.entries().stream()
                .filter(entry -> entry.key().equals(key))
                .findFirst();
        if (found.isEmpty()) return Optional.of(Failure.notFound(key.kind().title()));
        Entry entry = found.get();
        if (entry.origin() != Origin.DATABASE) {
            return Optional.of(
                    Failure.of(ErrorCode.CONFLICT, key + ": comes from a file or from the settings; change it there."));
        }
        if (seen.isNow(entry)) return Optional.empty();
        boolean isVersion = seen.version() == null || seen.version() == entry.version();
        String now = isVersion ? "look at the status of its versions." : "it has version " + entry.version() + " now.";
        return Optional.of(Failure.of(ErrorCode.CONFLICT, key + ": changed meanwhile, " + now));
    }

    /**
     * Deletes entries of one kind: all of them or none.
     *
     * @param versions the version of each that was looked at; null for any
     */
    public Future<Result> delete(String user, Kind kind, Map<String, Long> versions) {
        Reasons reasons = new Reasons();
        return live.change(user, (stored, before) -> {
                    List<EntryKey> keys = versions.keySet().stream()
                            .map(name -> new EntryKey(kind, name))
                            .toList();
                    for (EntryKey key : keys) {
                        Optional<Failure> refused =
                                unlessChangeable(stored, key, Seen.version(versions.get(key.name())));
                        if (refused.isPresent()) return new Decision.Refused(refused.get());
                    }
                    Optional<Failure> used =
                            CatalogUses.refusal(keys, before, live.current().get());
                    if (used.isPresent()) return new Decision.Refused(used.get());
                    return checked(
                            stored, before, new Decision.Write("deleted", List.of(), List.of(), keys), null, reasons);
                })
                .map(failure -> result(failure, reasons));
    }

    /**
     * Changes the status of a version of a prompt.
     *
     * @param seen of the prompt when the decision was made; another one is a conflict
     */
    public Future<Result> setStatus(String user, EntryKey prompt, long number, Status status, Seen seen) {
        return live.setStatus(user, prompt, number, status, stored -> unlessChangeable(stored, prompt, seen))
                .map(failure -> result(failure, new Reasons()));
    }

    private static Result result(Optional<Failure> failure, Reasons reasons) {
        if (!reasons.problems.isEmpty()) return new Result.Invalid(reasons.problems);
        return failure.<Result>map(Result.Refused::new).orElseGet(Result.Done::new);
    }

    private static String words(List<SettingsProblem> problems) {
        return problems.stream().map(SettingsProblem::toString).collect(Collectors.joining("\n"));
    }
}
