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

    /** What a crash means for its calls, whether they write, and their limits. */
    default ToolTraits traits() {
        return ToolTraits.UNKNOWN;
    }

    /** Whether it takes the calls of a tool of this name that is missing, to say why. */
    default boolean standsFor(String other) {
        return false;
    }

    /**
     * Carries out the call, on its own thread, which is interrupted when {@code stop} is stopped. A call that takes long may
     * answer that it has started, and go on with {@link ToolCall#background}.
     *
     * @return the result for the model; text of others in it is marked by {@link ForeignText}
     * @throws ToolFailure with a message that the model receives instead of the result
     */
    Content call(ToolCall call, StopSignal stop) throws InterruptedException;
}
