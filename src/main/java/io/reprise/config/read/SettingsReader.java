package io.reprise.config.read;

import java.nio.file.Path;
import java.util.ArrayList;
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
 * Reads each key from the source with the highest precedence (overrides, environment, file) and collects all problems.
 * The known keys are the keys that were read, so no separate list is needed.
 */
public final class SettingsReader {
    private static final String VARIABLE_PREFIX = "REPRISE_";

    private final String fileName;
    private final YamlNode.Mapping file;
    private final Map<String, String> environment;
    private final Map<String, String> overrides;
    private final List<SettingsProblem> problems = new ArrayList<>();
    private final Map<String, String> keyByVariable = new LinkedHashMap<>();
    private final Set<String> keys = new LinkedHashSet<>();
    private final Set<String> sections = new LinkedHashSet<>();
    private final Set<String> faulty = new HashSet<>();
    private final Set<String> ownVariables = new HashSet<>(Set.of("REPRISE_CONFIG"));

    private SettingsReader(Path file, Map<String, String> environment, Map<String, String> overrides) {
        this.fileName = file == null ? "" : file.toString();
        this.file = file == null ? YamlNode.Mapping.empty() : YamlFile.read(file, problems);
        this.environment = Map.copyOf(environment);
        this.overrides = Map.copyOf(overrides);
    }

    public static SettingsReader of(Path file, Map<String, String> environment) {
        return new SettingsReader(file, environment, Map.of());
    }

    public static SettingsReader of(Map<String, String> environment) {
        return new SettingsReader(null, environment, Map.of());
    }

    public static SettingsReader ofOverrides(Map<String, String> overrides) {
        return new SettingsReader(null, Map.of(), overrides);
    }

    /** A value and its source. */
    record Given(YamlNode node, String source) {}

    /** A section by its path: {@code log}, or {@code model.openai} for a nested section. */
    public Section section(String name) {
        sections.add(name);
        return new Section(this, name);
    }

    Optional<Given> given(String path) {
        keys.add(path);
        keyByVariable.put(variable(path), path);
        if (overrides.containsKey(path)) {
            return Optional.of(new Given(new YamlNode.Scalar(overrides.get(path), 0), "override"));
        }
        String value = environment.get(variable(path));
        if (value != null) {
            return Optional.of(new Given(new YamlNode.Scalar(value, 0), "environment variable " + variable(path)));
        }
        return inFile(path).map(node -> new Given(node, lineOf(node)));
    }

    String source(String path) {
        return given(path).map(Given::source).orElse("default");
    }

    void problem(String path, String given, String fault) {
        faulty.add(path);
        problems.add(new SettingsProblem(path, given, fault, source(path)));
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
        file.entries().forEach((name, node) -> unknownSection(name, node, all));
        new TreeSet<>(environment.keySet())
                .stream()
                        .filter(this::isUnknownVariable)
                        .forEach(name -> all.add(SettingsProblem.without(
                                name, "unknown setting" + Nearest.hint(name, keyByVariable.keySet()), "environment")));
        new TreeSet<>(overrides.keySet())
                .stream()
                        .filter(path -> !keys.contains(path))
                        .forEach(path -> all.add(
                                SettingsProblem.without(path, "unknown key" + Nearest.hint(path, keys), "override")));
        return all;
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
        else all.add(SettingsProblem.without(name, "unknown section" + Nearest.hint(name, sections), lineOf(node)));
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
            all.add(SettingsProblem.without(path, "unknown key" + Nearest.hint(path, keys), lineOf(value)));
        }
    }

    private void notASection(String name, YamlNode node, List<SettingsProblem> all) {
        all.add(SettingsProblem.without(name, "must be a section with keys below it", lineOf(node)));
    }

    private Optional<YamlNode> inFile(String path) {
        YamlNode found = file;
        for (String name : path.split("\\.")) {
            if (!(found instanceof YamlNode.Mapping section)) return Optional.empty();
            found = section.entries().get(name);
        }
        return Optional.ofNullable(found).filter(node -> !(node instanceof YamlNode.Nothing));
    }

    private String lineOf(YamlNode node) {
        return fileName + ", line " + node.line();
    }
}
