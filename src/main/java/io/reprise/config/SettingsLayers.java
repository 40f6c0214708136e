package io.reprise.config;

import io.reprise.config.read.Reload;
import io.reprise.config.read.SettingKey;
import io.reprise.config.read.SettingsProblem;
import io.reprise.config.read.SettingsReader;
import io.reprise.config.read.SettingsReader.Source;
import io.reprise.support.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A settings file as it was at one moment, the environment, and between them the values that administrators have set:
 * defaults, file, administrators, environment; the last one that has a key wins. Immutable and thread-safe.
 */
public final class SettingsLayers {
    private static final String SHADOWED = "the environment variable %s takes precedence";

    private final SettingsReader source;
    private final Map<String, String> environment;

    SettingsLayers(SettingsReader source, Map<String, String> environment) {
        this.source = source;
        this.environment = environment;
    }

    /**
     * All layers together.
     *
     * @param states all keys in the order of the settings
     * @param ignored why values of administrators are not used, by key, also of keys that do not exist
     */
    public record Layered(Settings settings, List<SettingState> states, Map<String, String> ignored) {
        public Layered {
            states = List.copyOf(states);
            ignored = Map.copyOf(ignored);
        }

        public Optional<SettingState> state(String key) {
            return states.stream()
                    .filter(state -> state.key().path().equals(key))
                    .findFirst();
        }
    }

    /** Without values of administrators. Also reads the secrets that the settings refer to. Blocks. */
    public LoadedSettings base() {
        SettingsReader reader = source.with(Map.of());
        Settings settings = Settings.read(reader);
        settings.checkSecrets(reader, environment);
        List<SettingsProblem> problems = reader.problems();
        return problems.isEmpty() ? new LoadedSettings.Valid(settings) : new LoadedSettings.Invalid(problems);
    }

    /** What prevents the use of these values, each text by its key; empty if nothing does. */
    public List<SettingsProblem> problems(Map<String, String> stored) {
        SettingsReader reader = source.with(stored);
        Settings.read(reader);
        List<SettingsProblem> problems = new ArrayList<>(reader.problems());
        reader.known().stream()
                .filter(key -> stored.containsKey(key.path()) && key.reload() != Reload.LIVE)
                .forEach(key ->
                        problems.add(new SettingsProblem(key.path(), "", fixed(key), "set by an administrator")));
        return problems;
    }

    private static String fixed(SettingKey key) {
        return key.reload() == Reload.FILE
                ? "can only be changed in the settings file"
                : "cannot change while the server runs: set it in the settings file and start the server again";
    }

    /** The path of the file as it is shown; empty if there is none. */
    public String fileName() {
        return source.fileName();
    }

    /** The environment variable that fixes a key; empty if none does. */
    public Optional<String> variable(String key) {
        return Optional.of(SettingsReader.variable(key)).filter(environment::containsKey);
    }

    /** With the values that can be used; the others are ignored, each with its reason. The base must be valid. */
    public Layered with(Map<String, String> stored) {
        Map<String, String> usable = new TreeMap<>(stored);
        Map<String, String> ignored = new TreeMap<>();
        stored.keySet()
                .forEach(key -> variable(key).ifPresent(name -> {
                    usable.remove(key);
                    ignored.put(key, SHADOWED.formatted(name));
                }));
        dropUnusable(usable, ignored);
        SettingsReader reader = source.with(usable);
        SettingsReader below = source.with(Map.of());
        Settings settings = Settings.read(reader);
        Settings.read(below);
        return new Layered(
                settings,
                reader.known().stream()
                        .map(key -> state(key, reader, below, ignored))
                        .toList(),
                ignored);
    }

    private void dropUnusable(Map<String, String> usable, Map<String, String> ignored) {
        List<SettingsProblem> problems = problems(usable);
        while (!problems.isEmpty()) {
            List<SettingsProblem> named = problems.stream()
                    .filter(problem -> usable.containsKey(problem.path()))
                    .toList();
            if (named.isEmpty()) {
                keepWhatFits(usable, ignored);
                return;
            }
            for (SettingsProblem problem : named) {
                usable.remove(problem.path());
                ignored.putIfAbsent(problem.path(), problem.fault());
            }
            problems = problems(usable);
        }
    }

    /** The problem is with a key of the file, which does not fit to a value of an administrator. */
    private void keepWhatFits(Map<String, String> usable, Map<String, String> ignored) {
        Map<String, String> kept = new TreeMap<>();
        Map.copyOf(usable).forEach((key, value) -> {
            kept.put(key, value);
            List<SettingsProblem> problems = problems(kept);
            if (problems.isEmpty()) return;
            kept.remove(key);
            usable.remove(key);
            ignored.put(key, problems.getFirst().toString());
        });
    }

    private static SettingState state(
            SettingKey key, SettingsReader reader, SettingsReader below, Map<String, String> ignored) {
        Source source = reader.source(key.path());
        return new SettingState(
                key,
                key.concealed() ? null : reader.value(key),
                key.concealed() ? null : below.value(key),
                source,
                reader.where(key.path()),
                ignored.get(key.path()),
                Digest.of(key.path(), String.valueOf(reader.value(key))));
    }
}
