package io.reprise.config;

import io.reprise.config.read.SettingsProblem;
import java.util.List;

/** The result of loading: valid settings, or all problems. */
public sealed interface LoadedSettings {
    record Valid(Settings settings) implements LoadedSettings {}

    record Invalid(List<SettingsProblem> problems) implements LoadedSettings {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
