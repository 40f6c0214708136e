package io.reprise.config;

import io.reprise.config.read.SettingsProblem;
import java.util.List;

/** What loading gives: a snapshot that can be used as it is, or every reason why there is none. */
public sealed interface LoadedSettings {
    record Valid(Settings settings) implements LoadedSettings {}

    record Invalid(List<SettingsProblem> problems) implements LoadedSettings {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
