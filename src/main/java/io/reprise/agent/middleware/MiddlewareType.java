package io.reprise.agent.middleware;

import io.reprise.catalog.definition.MiddlewareSettings;
import io.reprise.config.read.Section;
import io.reprise.model.ModelRequest;

/**
 * Port: a type of middleware. The server has its own, and plug-ins add some, found by {@link java.util.ServiceLoader};
 * theirs need a constructor without parameters. One object makes the middleware of all runs, so what it keeps is shared
 * by them; what belongs to a run is kept by its middleware.
 *
 * @param <S> the settings of its entries
 */
public interface MiddlewareType<S extends MiddlewareSettings> {
    /** The name of the type in entries. */
    String name();

    /** The priority of entries that name none, from 1 to 100: the lowest is the outermost. */
    int priority();

    /**
     * Reads the settings of an entry. It must ask for all keys of the type whatever their values are, because what it
     * asks for are the keys that exist. Not {@code type}, {@code active}, {@code critical} and {@code priority}.
     */
    S read(Section section);

    /**
     * The middleware of one run.
     *
     * @throws RuntimeException if it cannot be built; the text is shown to people, so it contains no secrets
     */
    Middleware build(S settings, MiddlewareSetup setup);

    /**
     * What a model gets that helps a run: for titles, summaries, and what middleware asks. Called on any thread; for titles
     * and summaries also with each text alone, before it is shortened.
     *
     * @throws io.reprise.model.ModelFailure if it must not get this
     */
    default ModelRequest helping(S settings, String session, ModelRequest request) {
        return request;
    }
}
