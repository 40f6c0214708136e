package io.reprise.agent.plan;

import io.vertx.core.Future;
import java.util.Optional;

/** Port: texts of prompts that are not in use any more. A failed future means that the store is unavailable. */
@FunctionalInterface
public interface PastPrompts {
    /** The text of a version; empty if it does not exist. */
    Future<Optional<String>> text(String prompt, long version);
}
