package io.reprise.config;

import io.reprise.config.read.FileText;
import io.reprise.config.read.SettingsReader;
import io.reprise.config.read.YamlFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Where settings come from below the values of administrators: a file and the environment. */
public final class SettingsSource {
    private static final FileText NO_FILE = FileText.of("", "");

    private final Path file;
    private final Map<String, String> environment;
    private final Map<String, String> overrides;

    private SettingsSource(Path file, Map<String, String> environment, Map<String, String> overrides) {
        this.file = file;
        this.environment = Map.copyOf(environment);
        this.overrides = Map.copyOf(overrides);
    }

    public static SettingsSource of(Path file, Map<String, String> environment) {
        return new SettingsSource(file, environment, Map.of());
    }

    /** Without a file. */
    public static SettingsSource of(Map<String, String> environment) {
        return new SettingsSource(null, environment, Map.of());
    }

    /** @param overrides values in place of a file, by key: {@code "log.flushMs"} to {@code "0"} */
    public static SettingsSource ofOverrides(Map<String, String> overrides) {
        return new SettingsSource(null, Map.of(), overrides);
    }

    /** Empty if there is none. */
    public Optional<Path> file() {
        return Optional.ofNullable(file);
    }

    /** The variables, which also resolve references to secrets. */
    public Map<String, String> environment() {
        return environment;
    }

    /** Reads the file. Blocks. */
    public FileText read() {
        return file == null ? NO_FILE : FileText.read(file);
    }

    /** Reads and checks the file. Blocks. */
    public LoadedSettings load() {
        return layers(read()).base();
    }

    public SettingsLayers layers(FileText text) {
        return new SettingsLayers(
                file == null && !overrides.isEmpty()
                        ? SettingsReader.ofOverrides(overrides)
                        : SettingsReader.of(file == null ? YamlFile.NONE : YamlFile.read(text), environment),
                environment);
    }
}
