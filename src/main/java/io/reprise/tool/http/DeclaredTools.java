package io.reprise.tool.http;

import io.reprise.catalog.definition.SecretRules;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SettingsProblem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The tools of the files in {@code conf/tools}. Each file is judged by itself: one that is broken keeps its last good version,
 * and takes nothing from the others. Changes come from one thread; reading is thread-safe.
 */
public final class DeclaredTools {
    private final HttpToolReader reader;
    private final Set<String> reserved;
    private volatile List<Declared> now = List.of();

    /**
     * @param rules which secrets files may refer to
     * @param reserved names of other tools, whether they exist at the moment or not
     */
    public DeclaredTools(SecretRules rules, Set<String> reserved) {
        this.reader = new HttpToolReader(rules);
        this.reserved = Set.copyOf(reserved);
    }

    /**
     * A file, and what became of it.
     *
     * @param text that was judged
     * @param definition in use; null if the file has never been good
     * @param problems why the text is not in use; empty if it is
     */
    record Declared(FileText text, HttpToolDefinition definition, List<SettingsProblem> problems) {
        Declared {
            problems = List.copyOf(problems);
        }

        String name() {
            return definition == null ? HttpToolReader.nameOf(text) : definition.name();
        }
    }

    /**
     * A file for people.
     *
     * @param name of its tool
     * @param used whether there is such a tool, be it an older version
     * @param problems why the file as it is now is not in use; empty if it is
     */
    public record State(String name, String file, boolean used, boolean direct, List<SettingsProblem> problems) {
        public State {
            problems = List.copyOf(problems);
        }
    }

    /** Files that were judged and are not yet in use. */
    public final class Next {
        private final List<Declared> files;
        private final List<String> changes;

        private Next(List<Declared> files, List<String> changes) {
            this.files = files;
            this.changes = changes;
        }

        /** What becomes different, such as {@code tool weather}. */
        public List<String> changes() {
            return changes;
        }

        public void use() {
            now = files;
        }
    }

    /** Judges all files. Never fails: what is wrong is part of the result. */
    public Next judge(List<FileText> files) {
        Map<String, Declared> before = new HashMap<>();
        now.forEach(declared -> before.put(declared.text().name(), declared));
        Set<String> taken = new HashSet<>(reserved);
        List<Declared> next = new ArrayList<>();
        List<String> changes = new ArrayList<>();
        for (FileText file : files) {
            Declared known = before.remove(file.name());
            Declared judged = judge(file, known, taken);
            if (judged.definition() != null) taken.add(judged.definition().name());
            next.add(judged);
            if (known == null || !known.text().equals(file) || !known.problems().equals(judged.problems())) {
                changes.add("tool " + judged.name() + (judged.problems().isEmpty() ? "" : " (not usable)"));
            }
        }
        before.values().forEach(gone -> changes.add("tool " + gone.name() + " (removed)"));
        return new Next(List.copyOf(next), List.copyOf(changes));
    }

    private Declared judge(FileText file, Declared known, Set<String> taken) {
        boolean same =
                known != null && known.problems().isEmpty() && known.text().equals(file);
        HttpToolReader.Outcome read = same ? new HttpToolReader.Outcome.Valid(known.definition()) : reader.read(file);
        return switch (read) {
            case HttpToolReader.Outcome.Valid valid
            when !taken.contains(valid.definition().name()) -> new Declared(file, valid.definition(), List.of());
            case HttpToolReader.Outcome.Valid valid -> kept(file, known, taken, List.of(nameTaken(file, valid)));
            case HttpToolReader.Outcome.Invalid invalid -> kept(file, known, taken, invalid.problems());
        };
    }

    private static SettingsProblem nameTaken(FileText file, HttpToolReader.Outcome.Valid valid) {
        return new SettingsProblem("name", valid.definition().name(), "is the name of another tool", file.name());
    }

    private static Declared kept(FileText file, Declared known, Set<String> taken, List<SettingsProblem> problems) {
        HttpToolDefinition last = known == null ? null : known.definition();
        boolean usable = last != null && !taken.contains(last.name());
        return new Declared(file, usable ? last : null, problems);
    }

    /** What is wrong with files, for a check before a start. Uses none of them. */
    public List<SettingsProblem> problems(List<FileText> files) {
        return states(judge(files).files).stream()
                .flatMap(state -> state.problems().stream()
                        .map(problem -> new SettingsProblem(
                                "tool " + state.name() + ": " + problem.path(),
                                problem.given(),
                                problem.fault(),
                                problem.source())))
                .toList();
    }

    /** All files, by name. */
    public List<State> states() {
        return states(now);
    }

    private static List<State> states(List<Declared> files) {
        return files.stream()
                .map(declared -> new State(
                        declared.name(),
                        declared.text().name(),
                        declared.definition() != null,
                        declared.definition() != null && declared.definition().direct(),
                        declared.problems()))
                .toList();
    }

    List<HttpToolDefinition> definitions() {
        return now.stream()
                .flatMap(declared -> Optional.ofNullable(declared.definition()).stream())
                .toList();
    }
}
