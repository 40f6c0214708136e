package io.reprise.agent.plan;

import io.reprise.catalog.Catalog;
import io.reprise.catalog.PromptVersions;
import io.reprise.catalog.PromptVersions.Version;
import io.reprise.catalog.definition.AgentDefinition;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Which prompt a run uses. */
record PlanPrompts(Catalog catalog, PastPrompts past) {
    /** Used where there is no prompt. */
    static final String BUILT_IN = "You are a helpful assistant.";

    private static final int WAIT_S = 10;

    /**
     * A prompt before its variables are replaced.
     *
     * @param id such as {@code support@3}; empty for the text that the server brings along
     */
    record Chosen(String id, String text) {
        static Chosen of(String name, Version version) {
            return new Chosen(name + "@" + version.number(), version.text());
        }
    }

    /**
     * What a new run uses: the version being tested if the person may receive it; the version that the agent names, or
     * else the approved one; the approved one of the default prompt; the text that the server brings along.
     */
    Chosen current(AgentDefinition agent, boolean testing) {
        String name = agent.promptName().isEmpty() ? AgentDefinition.DEFAULT : agent.promptName();
        Optional<PromptVersions> versions = catalog.prompt(name);
        return versions.filter(its -> testing && agent.staffTesting())
                .flatMap(its -> its.newest(Status.TESTING))
                .or(() -> versions.flatMap(its -> named(its, agent)))
                .map(version -> Chosen.of(name, version))
                .or(() -> catalog.prompt(AgentDefinition.DEFAULT)
                        .flatMap(its -> its.newest(Status.APPROVED))
                        .map(version -> Chosen.of(AgentDefinition.DEFAULT, version)))
                .orElse(new Chosen("", BUILT_IN));
    }

    private static Optional<Version> named(PromptVersions versions, AgentDefinition agent) {
        return agent.promptVersion()
                .flatMap(versions::version)
                .filter(version -> version.status() != Status.DEPRECATED)
                .or(() -> versions.newest(Status.APPROVED));
    }

    /**
     * What a run used before, if it still exists. May block.
     *
     * @param id as in {@link Chosen}, or null
     */
    Optional<Chosen> before(String id) throws InterruptedException {
        if (id == null) return Optional.empty();
        if (id.isEmpty()) return Optional.of(new Chosen("", BUILT_IN));
        int at = id.lastIndexOf('@');
        String name = id.substring(0, at);
        long number = Long.parseLong(id.substring(at + 1));
        Optional<Version> loaded = catalog.prompt(name).flatMap(its -> its.version(number));
        if (loaded.isPresent()) return loaded.map(version -> Chosen.of(name, version));
        return await(past.text(name, number)).map(text -> new Chosen(id, text));
    }

    /** Empty if the store does not answer, because a run rather goes on with what is current than fails. */
    static <T> Optional<T> await(Future<Optional<T>> past) throws InterruptedException {
        try {
            return past.toCompletionStage().toCompletableFuture().get(WAIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        }
    }
}
