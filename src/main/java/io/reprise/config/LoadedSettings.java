package io.reprise.config;

import io.reprise.config.read.Problem;
import java.util.List;

/** What loading gives: a snapshot that can be used as it is, or every reason why there is none. */
public sealed interface LoadedSettings {
    record Valid(Settings settings) implements LoadedSettings {}

    record Invalid(List<Problem> problems) implements LoadedSettings {
        public Invalid {
            problems = List.copyOf(problems);
        }
    }
}
