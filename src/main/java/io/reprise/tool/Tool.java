package io.reprise.tool;

import io.reprise.message.Content;
import io.reprise.support.StopSignal;

/** Port: a tool that models can call. */
public interface Tool {
    /** [A-Za-z0-9_-], at most 64 characters, unique in its registry. */
    String name();

    /** For the model: what it does and when to use it. */
    String description();

    /** The JSON Schema text of the arguments' object. */
    String schema();

    /**
     * Whether the same call, known by its id, may be made once more when the server died while it was being made. If not,
     * the model is told that its outcome is unknown.
     */
    default boolean isIdempotent() {
        return false;
    }

    /**
     * Does it, on a thread of its own that is interrupted when {@code stop} is stopped.
     *
     * @return for the model
     * @throws ToolFailure with a text that is given to the model in the result's place
     */
    Content call(ToolCall call, StopSignal stop) throws InterruptedException;
}
