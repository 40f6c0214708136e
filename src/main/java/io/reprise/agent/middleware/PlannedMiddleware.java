package io.reprise.agent.middleware;

import io.reprise.model.ModelFailure;
import io.reprise.model.ModelRequest;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/**
 * A middleware that each run of an agent builds for itself.
 *
 * @param name of its entry
 * @param priority from 1 to 100; the lowest is the outermost, equal ones by name
 * @param critical whether a run fails if it cannot be built
 * @param helping what models get that help the run
 */
public record PlannedMiddleware(String name, int priority, boolean critical, Builder builder, Helping helping) {
    private static final Comparator<PlannedMiddleware> ORDER =
            Comparator.comparingInt(PlannedMiddleware::priority).thenComparing(PlannedMiddleware::name);

    /** The first is the outermost. */
    public static List<PlannedMiddleware> inOrder(Collection<PlannedMiddleware> planned) {
        return planned.stream().sorted(ORDER).toList();
    }

    /** Builds the middleware of a run; an exception says why it cannot be built. */
    @FunctionalInterface
    public interface Builder {
        Middleware build(MiddlewareSetup setup);
    }

    /** Changes what models get that help runs of a session, or refuses it. */
    @FunctionalInterface
    public interface Helping {
        /** @throws io.reprise.model.ModelFailure if the model must not get this */
        ModelRequest helping(String session, ModelRequest request);
    }

    /** For one that cannot be built: runs go on without it, unless it is critical; then models that help get nothing. */
    public static Helping absent(String name, boolean critical) {
        return (session, request) -> {
            if (!critical) return request;
            throw ModelFailure.modelError("The middleware \"" + name + "\" of this agent cannot be used.");
        };
    }

    /** One that changes nothing for models that help the run. */
    public PlannedMiddleware(String name, int priority, boolean critical, Builder builder) {
        this(name, priority, critical, builder, (session, request) -> request);
    }
}
