package io.reprise.reload;

import io.reprise.config.read.SettingsProblem;
import java.util.List;

/** What has become of settings that were read again. */
public sealed interface ReloadOutcome {
    /** They are in use. */
    record Reloaded(List<String> keys) implements ReloadOutcome {
        public Reloaded {
            keys = List.copyOf(keys);
        }
    }

    /** They are those in use. */
    record Unchanged() implements ReloadOutcome {}

    /** The ones in use stay. */
    record Rejected(List<SettingsProblem> problems) implements ReloadOutcome {
        public Rejected {
            problems = List.copyOf(problems);
        }
    }
}
