package io.reprise.catalog.file;

import io.reprise.catalog.Catalog;
import io.reprise.catalog.Entries;
import io.reprise.catalog.Entry;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Origin;
import io.reprise.catalog.SettingsEntries;
import io.reprise.catalog.definition.EntryReader;
import io.reprise.catalog.definition.EntryReader.Outcome;
import io.reprise.config.ModelSettings;
import io.reprise.config.read.FileText;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.YamlFile;
import io.reprise.config.read.YamlNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Entries read from files.
 *
 * @param sources the file of each entry
 */
public record CatalogFiles(List<Entry> entries, Map<EntryKey, YamlFile> sources, List<SettingsProblem> problems) {
    /** Between the settings and the text of a prompt. */
    static final String FENCE = "---";

    public CatalogFiles {
        entries = List.copyOf(entries);
        sources = Map.copyOf(sources);
        problems = List.copyOf(problems);
    }

    /** Reads and checks each file by itself. */
    public static CatalogFiles of(List<FileText> files, EntryReader reader) {
        List<Entry> entries = new ArrayList<>();
        Map<EntryKey, YamlFile> sources = new HashMap<>();
        List<SettingsProblem> problems = new ArrayList<>();
        for (FileText file : files) {
            if (file.isFolder()) {
                problems.add(new SettingsProblem("the folder", "", file.fault(), file.name()));
                continue;
            }
            EntryKey key = CatalogFolder.key(file);
            String name = file.name();
            if (!CatalogFolder.endsRight(file, key.kind())) {
                problems.add(new SettingsProblem(
                        key.toString(),
                        "",
                        "the name of the file must end with " + CatalogFolder.ending(key.kind()),
                        name));
                continue;
            }
            YamlFile source = source(key, file);
            sources.put(key, source);
            if (!EntryKey.isName(key.name())) {
                problems.add(new SettingsProblem(
                        key.toString(), "", "the name of the file must be " + EntryKey.EXPECTED, name));
                continue;
            }
            switch (reader.read(key.kind(), source)) {
                case Outcome.Valid valid -> entries.add(new Entry(key, Origin.FILE, 0, valid.body(), null, 0));
                case Outcome.Invalid invalid ->
                    invalid.problems()
                            .forEach(problem -> problems.add(new SettingsProblem(
                                    key + ": " + problem.path(),
                                    problem.given(),
                                    problem.fault(),
                                    problem.source().isEmpty() ? name : problem.source())));
            }
        }
        return new CatalogFiles(entries, sources, problems);
    }

    /** What is wrong with the files, each by itself and together with the settings, without the database. */
    public static List<SettingsProblem> problems(List<FileText> files, ModelSettings settings, EntryReader reader) {
        CatalogFiles read = of(files, reader);
        List<SettingsProblem> problems = new ArrayList<>(read.problems());
        problems.addAll(Entries.repeated(read.beside(settings), read.sources()));
        problems.addAll(read.with(settings, reader).problemsOf(read.entries(), read.sources()));
        return problems;
    }

    /** All entries of the files and the settings, without the database. */
    public Catalog with(ModelSettings settings, EntryReader reader) {
        return with(settings, List.of(), reader);
    }

    /**
     * All entries of the files, the settings and the database.
     *
     * @param stored entries of the database
     */
    public Catalog with(ModelSettings settings, List<Entry> stored, EntryReader reader) {
        return Catalog.of(0, Entries.merged(beside(settings), stored), List.of(), reader);
    }

    /** The entries of the settings and of the files, which stand in front of what the server brings along. */
    public List<Entry> beside(ModelSettings settings) {
        List<Entry> all = new ArrayList<>(SettingsEntries.of(settings));
        all.removeIf(entry -> sources.containsKey(entry.key()) && entry.isReplaceable());
        all.addAll(entries);
        return all;
    }

    private static YamlFile source(EntryKey key, FileText file) {
        return key.kind() == Kind.PROMPT ? prompt(file) : YamlFile.read(file);
    }

    /** A prompt is its text, with settings between two lines of {@code ---} before it if there are any. */
    private static YamlFile prompt(FileText file) {
        if (file.fault() != null) return YamlFile.read(file);
        String text = file.text();
        int begin = text.startsWith(FENCE + "\n") ? FENCE.length() + 1 : -1;
        int end = begin < 0 ? -1 : text.indexOf("\n" + FENCE + "\n", begin - 1);
        YamlFile head = end < 0 ? YamlFile.NONE : YamlFile.read(FileText.of(file.name(), head(text, begin, end)));
        String body = end < 0 ? text : text.substring(end + FENCE.length() + 2);
        Map<String, YamlNode> nodes = new LinkedHashMap<>(head.sections().entries());
        if (!body.isBlank()) {
            int line = 1
                    + (int) text.substring(0, text.length() - body.length())
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            nodes.put("text", new YamlNode.Scalar(body.strip(), line));
        }
        return new YamlFile(file.name(), new YamlNode.Mapping(nodes, 1), head.problems());
    }

    /** The settings, one line later than in the file they come from, so an empty line stands for the first fence. */
    private static String head(String text, int begin, int end) {
        return end <= begin ? "" : "\n" + text.substring(begin, end) + "\n";
    }
}
