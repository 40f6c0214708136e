package io.reprise.agent.middleware;

import io.reprise.model.ModelRequest;
import java.util.Comparator;
import java.util.function.UnaryOperator;

/**
 * A middleware that each run of an agent builds for itself.
 *
 * @param name of its entry
 * @param priority from 1 to 100; the lowest is the outermost, equal ones by name
 * @param critical whether a run fails if it cannot be built
 * @param helping what models get that help the run
 */
public record PlannedMiddleware(
        String name, int priority, boolean critical, Builder builder, UnaryOperator<ModelRequest> helping) {
    static final Comparator<PlannedMiddleware> ORDER =
            Comparator.comparingInt(PlannedMiddleware::priority).thenComparing(PlannedMiddleware::name);

    /** Builds the middleware of a run; an exception says why it cannot be built. */
    @FunctionalInterface
    public interface Builder {
        Middleware build(MiddlewareSetup setup);
    }

    /** One that changes nothing for models that help the run. */
    public PlannedMiddleware(String name, int priority, boolean critical, Builder builder) {
        this(name, priority, critical, builder, UnaryOperator.identity());
    }
}
