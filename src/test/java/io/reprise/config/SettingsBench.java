package io.reprise.config;

import io.reprise.config.read.SettingsProblem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** Settings from files and variables of a test. */
abstract class SettingsBench {
    @TempDir
    Path folder;

    LoadedSettings load(String text) throws IOException {
        return load(text, Map.of());
    }

    LoadedSettings load(String text, Map<String, String> environment) throws IOException {
        return Settings.load(Files.writeString(folder.resolve("reprise.yaml"), text), environment);
    }

    static Settings valid(LoadedSettings loaded) {
        return switch (loaded) {
            case LoadedSettings.Valid valid -> valid.settings();
            case LoadedSettings.Invalid invalid -> throw new AssertionError(invalid.problems());
        };
    }

    static List<String> problems(LoadedSettings loaded) {
        return switch (loaded) {
            case LoadedSettings.Valid valid -> List.of();
            case LoadedSettings.Invalid invalid ->
                invalid.problems().stream().map(SettingsProblem::toString).toList();
        };
    }
}
