package io.reprise.catalog.definition;

import java.util.List;

/**
 * Code around the steps of a run.
 *
 * @param type which code
 * @param active whether agents that name it use it
 * @param critical whether a run fails if it cannot be built; otherwise the run goes on without it
 * @param priority place among the others, from 1 to 100: the lowest is the outermost; equal ones by name
 */
public record MiddlewareDefinition(
        String type, boolean active, boolean critical, int priority, MiddlewareSettings settings)
        implements Definition {
    @Override
    public boolean enabled() {
        return active;
    }

    @Override
    public List<Reference> references() {
        return settings.references();
    }
}
