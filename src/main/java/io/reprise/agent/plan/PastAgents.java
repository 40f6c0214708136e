package io.reprise.agent.plan;

import io.reprise.catalog.definition.AgentDefinition;
import io.vertx.core.Future;
import java.util.Optional;

/** Port: versions of agents that are not in use any more. A failed future means that the store is unavailable. */
@FunctionalInterface
public interface PastAgents {
    /** No version is known. */
    PastAgents NONE = (agent, version) -> Future.succeededFuture(Optional.empty());

    /** A version; empty if it does not exist, or cannot be read by this version of the server. */
    Future<Optional<AgentDefinition>> version(String agent, long version);
}
