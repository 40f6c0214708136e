package io.reprise.catalog;

import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.Definition;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.ModelDefinition;
import io.reprise.catalog.definition.ProviderDefinition;
import io.reprise.config.read.SettingsProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Rules over several entries: what they name exists, no agent calls itself, and one model at most is the default.
 */
final class CatalogRules {
    private CatalogRules() {}

    /** The problems of each entry that has any. */
    static Map<EntryKey, List<SettingsProblem>> problems(Map<EntryKey, Listed> entries, EntryReader reader) {
        Map<EntryKey, List<SettingsProblem>> found = new TreeMap<>();
        entries.values()
                .forEach(listed -> listed.definition().ifPresent(definition -> {
                    missing(
                                    definition,
                                    entries::containsKey,
                                    listed.entry().origin().word())
                            .forEach(problem -> add(found, listed, problem));
                    if (definition instanceof ModelDefinition model) {
                        atProvider(entries, listed, model, reader).forEach(problem -> add(found, listed, problem));
                    }
                }));
        checkStandard(entries, found);
        checkCircles(entries, found);
        return found;
    }

    /**
     * The entries that one names and that do not exist.
     *
     * @param source of the entry, as in problems
     */
    static List<SettingsProblem> missing(Definition definition, Predicate<EntryKey> exists, String source) {
        return definition.references().stream()
                .filter(reference -> !exists.test(reference.key()))
                .map(reference -> new SettingsProblem(
                        reference.path(), reference.key().name(), "there is no " + reference.key(), source))
                .toList();
    }

    /** An agent that could call itself, directly or by others, would not end. */
    private static void checkCircles(Map<EntryKey, Listed> entries, Map<EntryKey, List<SettingsProblem>> found) {
        for (Listed listed : entries.values()) {
            for (String name : subagents(listed)) {
                EntryKey key = new EntryKey(Kind.AGENT, name);
                if (!reaches(entries, key, listed.key(), new HashSet<>())) continue;
                add(found, listed, "subagents", name, "this agent would call itself, directly or by other agents");
            }
        }
    }

    private static boolean reaches(Map<EntryKey, Listed> entries, EntryKey from, EntryKey wanted, Set<EntryKey> seen) {
        if (from.equals(wanted)) return true;
        Listed listed = entries.get(from);
        return listed != null
                && seen.add(from)
                && subagents(listed).stream()
                        .anyMatch(name -> reaches(entries, new EntryKey(Kind.AGENT, name), wanted, seen));
    }

    private static List<String> subagents(Listed listed) {
        return listed.definition()
                .filter(AgentDefinition.class::isInstance)
                .map(agent -> ((AgentDefinition) agent).subagents())
                .orElse(List.of());
    }

    private static List<SettingsProblem> atProvider(
            Map<EntryKey, Listed> entries, Listed listed, ModelDefinition model, EntryReader reader) {
        return Optional.ofNullable(entries.get(new EntryKey(Kind.PROVIDER, model.provider())))
                .flatMap(Listed::definition)
                .map(provider -> reader.problemsAt(
                        ((ProviderDefinition) provider).settings(),
                        listed.entry().body()))
                .orElse(List.of());
    }

    private static void checkStandard(Map<EntryKey, Listed> entries, Map<EntryKey, List<SettingsProblem>> found) {
        List<Listed> standard =
                entries.values().stream().filter(CatalogRules::isStandard).toList();
        if (standard.size() < 2) return;
        String names = standard.stream().map(listed -> listed.key().name()).collect(Collectors.joining(", "));
        standard.forEach(listed ->
                add(found, listed, "default", "true", "only one model can be the default, and these are: " + names));
    }

    static boolean isStandard(Listed listed) {
        return listed.definition()
                .filter(definition -> definition instanceof ModelDefinition model && model.standard())
                .isPresent();
    }

    private static void add(
            Map<EntryKey, List<SettingsProblem>> found, Listed listed, String path, String given, String fault) {
        add(
                found,
                listed,
                new SettingsProblem(path, given, fault, listed.entry().origin().word()));
    }

    private static void add(Map<EntryKey, List<SettingsProblem>> found, Listed listed, SettingsProblem problem) {
        found.computeIfAbsent(listed.key(), key -> new ArrayList<>()).add(problem);
    }

    /** A change may break no entry that was whole before. */
    static List<SettingsProblem> broken(Catalog before, Catalog after) {
        List<SettingsProblem> problems = new ArrayList<>();
        for (Listed listed : after.all()) {
            if (listed.problems().isEmpty()) continue;
            boolean wasWhole = before.find(listed.key())
                    .filter(was -> was.problems().isEmpty() && was.entry().equals(listed.entry()))
                    .isPresent();
            if (!wasWhole) continue;
            listed.problems()
                    .forEach(problem -> problems.add(new SettingsProblem(
                            listed.key() + ": " + problem.path(), problem.given(), problem.fault(), problem.source())));
        }
        return problems;
    }
}
