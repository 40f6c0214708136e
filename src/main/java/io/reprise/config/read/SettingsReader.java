package io.reprise.config.read;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads each key from the source with the highest precedence (environment, values of administrators, file) and collects
 * all problems. The known keys are the keys that were read, so no separate list is needed.
 */
public final class SettingsReader {
    private static final String VARIABLE_PREFIX = "REPRISE_";

    private final YamlFile file;
    private final Map<String, String> environment;
    private final Map<String, String> stored;
    private final Map<String, String> overrides;
    private final List<SettingsProblem> problems = new ArrayList<>();
    private final Map<String, String> keyByVariable = new LinkedHashMap<>();
    private final Map<String, SettingKey> known = new LinkedHashMap<>();
    private final Map<String, Object> values = new HashMap<>();
    private final Set<String> keys = new LinkedHashSet<>();
    private final Set<String> sections = new LinkedHashSet<>();
    private final Set<String> faulty = new HashSet<>();
    private final Set<String> ownVariables = new HashSet<>(Set.of("REPRISE_CONFIG"));

    private SettingsReader(
            YamlFile file, Map<String, String> environment, Map<String, String> stored, Map<String, String> overrides) {
        this.file = file;
        this.environment = Map.copyOf(environment);
        this.stored = Map.copyOf(stored);
        this.overrides = Map.copyOf(overrides);
        problems.addAll(file.problems());
    }

    public static SettingsReader of(YamlFile file, Map<String, String> environment) {
        return new SettingsReader(file, environment, Map.of(), Map.of());
    }

    public static SettingsReader of(Map<String, String> environment) {
        return of(YamlFile.NONE, environment);
    }

    /** @param overrides values in place of a file, by key */
    public static SettingsReader ofOverrides(Map<String, String> overrides) {
        return new SettingsReader(YamlFile.NONE, Map.of(), Map.of(), overrides);
    }

    /** A reader of the same sources that has read nothing yet, with values of administrators. */
    public SettingsReader with(Map<String, String> values) {
        return new SettingsReader(file, environment, values, overrides);
    }

    /** The path of the file as it is shown; empty if there is none. */
    public String fileName() {
        return file.name();
    }

    /** Where a value comes from. */
    public enum Source {
        DEFAULT,
        FILE,
        TABLE,
        ENVIRONMENT
    }

    /** A value and its source. */
    record Given(YamlNode node, Source source, String where) {}

    /** A section by its path: {@code log}, or {@code model.openai} for a nested section. */
    public Section section(String name) {
        return new Section(this, known(name), Reload.START);
    }

    /** Remembers the name of a section, and returns it. */
    String known(String section) {
        sections.add(section);
        return section;
    }

    void know(SettingKey key) {
        known.put(key.path(), key);
    }

    void value(String path, Object parsed) {
        values.put(path, parsed);
    }

    /** All keys that were read, in that order. */
    public List<SettingKey> known() {
        return List.copyOf(known.values());
    }

    /**
     * The value of a key as an Integer, Double, Boolean, String or list of them; null if it has none. It is the default if
     * the given one is invalid.
     */
    public Object value(SettingKey key) {
        return values.containsKey(key.path()) ? values.get(key.path()) : key.standard();
    }

    Optional<Given> given(String path) {
        keys.add(path);
        keyByVariable.put(variable(path), path);
        String value = environment.get(variable(path));
        if (value != null) {
            return Optional.of(given(value, Source.ENVIRONMENT, "environment variable " + variable(path)));
        }
        if (stored.containsKey(path)) {
            return Optional.of(given(stored.get(path), Source.TABLE, "set by an administrator"));
        }
        if (overrides.containsKey(path)) return Optional.of(given(overrides.get(path), Source.FILE, "override"));
        return inFile(path).map(node -> new Given(node, Source.FILE, file.line(node.line())));
    }

    private static Given given(String value, Source source, String where) {
        return new Given(new YamlNode.Scalar(value, 0), source, where);
    }

    /** Where the value of a key comes from, in words: a line of the file, a variable. */
    public String where(String path) {
        return given(path).map(Given::where).orElse("default");
    }

    public Source source(String path) {
        return given(path).map(Given::source).orElse(Source.DEFAULT);
    }

    void problem(String path, String given, String fault) {
        faulty.add(path);
        problems.add(new SettingsProblem(path, given, fault, where(path)));
    }

    boolean isFaulty(String path) {
        return faulty.contains(path);
    }

    /**
     * Accepts an environment variable whose name looks like a key, but that contains a secret to which a setting
     * refers.
     */
    void ownVariable(String name) {
        ownVariables.add(name);
    }

    public Set<String> keys() {
        return Set.copyOf(keys);
    }

    /** All problems; complete only after all keys have been read. */
    public List<SettingsProblem> problems() {
        List<SettingsProblem> all = new ArrayList<>(problems);
        file.sections().entries().forEach((name, node) -> unknownSection(name, node, all));
        new TreeSet<>(environment.keySet())
                .stream()
                        .filter(this::isUnknownVariable)
                        .forEach(name -> all.add(SettingsProblem.without(
                                name, "unknown setting" + Nearest.hint(name, keyByVariable.keySet()), "environment")));
        unknown(overrides, "override", all);
        unknown(stored, "set by an administrator", all);
        return all;
    }

    private void unknown(Map<String, String> given, String where, List<SettingsProblem> all) {
        new TreeSet<>(given.keySet())
                .stream()
                        .filter(path -> !keys.contains(path))
                        .forEach(path -> all.add(
                                SettingsProblem.without(path, "unknown key" + Nearest.hint(path, keys), where)));
    }

    public static String variable(String path) {
        return VARIABLE_PREFIX
                + path.replaceAll("([a-z0-9])([A-Z])", "$1_$2")
                        .replace('.', '_')
                        .toUpperCase(Locale.ROOT);
    }

    private boolean isUnknownVariable(String name) {
        return name.startsWith(VARIABLE_PREFIX)
                && !name.startsWith("REPRISE_JAVA")
                && !ownVariables.contains(name)
                && !keyByVariable.containsKey(name);
    }

    private void unknownSection(String name, YamlNode node, List<SettingsProblem> all) {
        if (sections.contains(name)) unknownInSection(name, node, all);
        else
            all.add(SettingsProblem.without(
                    name, "unknown section" + Nearest.hint(name, sections), file.line(node.line())));
    }

    private void unknownInSection(String name, YamlNode node, List<SettingsProblem> all) {
        switch (node) {
            case YamlNode.Mapping section ->
                section.entries().forEach((key, value) -> unknownKey(name + "." + key, value, all));
            case YamlNode.Nothing nothing -> {}
            case YamlNode.Scalar scalar -> notASection(name, scalar, all);
            case YamlNode.Items items -> notASection(name, items, all);
        }
    }

    private void unknownKey(String path, YamlNode value, List<SettingsProblem> all) {
        if (sections.contains(path)) {
            unknownInSection(path, value, all);
        } else if (!keys.contains(path)) {
            all.add(SettingsProblem.without(path, "unknown key" + Nearest.hint(path, keys), file.line(value.line())));
        }
    }

    private void notASection(String name, YamlNode node, List<SettingsProblem> all) {
        all.add(SettingsProblem.without(name, "must be a section with keys below it", file.line(node.line())));
    }

    private Optional<YamlNode> inFile(String path) {
        YamlNode found = file.sections();
        for (String name : path.split("\\.")) {
            if (!(found instanceof YamlNode.Mapping section)) return Optional.empty();
            found = section.entries().get(name);
        }
        return Optional.ofNullable(found).filter(node -> !(node instanceof YamlNode.Nothing));
    }
}
