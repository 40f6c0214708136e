package io.reprise.agent.middleware.limit;

import io.reprise.config.read.Section;
import java.util.Optional;

/**
 * How often something may be done; at least one of both is given.
 *
 * @param runMax in a run
 * @param sessionMax in a session
 */
public record Limits(Optional<Integer> runMax, Optional<Integer> sessionMax) {
    /** @param min the lowest that may be set */
    static Limits read(Section section, int min) {
        Limits limits = new Limits(
                section.optionalInteger("runMax", min, 100_000), section.optionalInteger("sessionMax", min, 1_000_000));
        if (limits.runMax.isEmpty() && limits.sessionMax.isEmpty()) {
            section.missing("runMax", "runMax or sessionMax");
        }
        return limits;
    }

    /**
     * Which limit was reached, as a sentence; empty if none was.
     *
     * @param what is counted, in the plural
     */
    Optional<String> reached(Counters counters, String what) {
        return runMax.filter(most -> counters.run() >= most)
                .map(most -> "The run reached its limit of " + most + " " + what + ".")
                .or(() -> sessionMax
                        .filter(most -> counters.session() >= most)
                        .map(most -> "The chat reached its limit of " + most + " " + what + "."));
    }

    /** What counts in the next run of the session. */
    Counters inherited(Counters before) {
        return sessionMax.isPresent() ? before.inherited() : Counters.NONE;
    }
}
