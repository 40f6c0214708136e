package io.reprise.tool;

import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;

/** Port: a tool that models can call. */
public interface Tool {
    /** Name of the tool: [A-Za-z0-9_-], at most 64 characters, unique in its registry. */
    String name();

    /** Description for the model: what the tool does and when to use it. */
    String description();

    /** JSON Schema of the arguments, which are an object. */
    String schema();

    /**
     * Whether a call may be repeated with the same id if the server was killed during the call. If not, the model is
     * told that the outcome is unknown.
     */
    default boolean isIdempotent() {
        return false;
    }

    /**
     * Carries out the call, on its own thread, which is interrupted when {@code stop} is stopped.
     *
     * @return the result for the model
     * @throws ToolFailure with a message that the model receives instead of the result
     */
    Content call(ToolCall call, StopSignal stop) throws InterruptedException;
}
