package io.reprise.tool;

import io.reprise.message.content.Content;
import io.reprise.support.StopSignal;

/** Port: lets a call go on after its tool has answered. */
@FunctionalInterface
public interface Background {
    /** For calls that belong to no session. */
    Background NONE = work -> {
        throw new ToolFailure("This call cannot go on in the background.");
    };

    /** What goes on. */
    @FunctionalInterface
    interface Work {
        /**
         * @param stop of this work alone: the run that made the call does not stop it
         * @throws ToolFailure with a message that the model receives instead of the result
         */
        Content run(StopSignal stop) throws InterruptedException;
    }

    /**
     * Starts the work on a thread of its own. Its result comes into the session later, once, as a message of its own.
     *
     * @return what the tool answers with: that it has started
     * @throws ToolFailure if as many calls as are allowed go on already; then the work was not started
     */
    Content start(Work work) throws InterruptedException;
}
