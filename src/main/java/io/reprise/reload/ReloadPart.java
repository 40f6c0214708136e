package io.reprise.reload;

import io.reprise.config.Settings;

/**
 * Port: a part of the server that is built from settings and replaced when they change. All parts are prepared before any
 * is replaced, so that a part which cannot be built changes nothing.
 */
@FunctionalInterface
public interface ReloadPart {
    /**
     * Builds the part for other settings, beside the one in use. May block.
     *
     * @throws RuntimeException with a message for the operator if it cannot be built
     */
    Prepared prepare(Settings next);

    /** A part that was built. Either method is called once. */
    interface Prepared {
        /** The settings are in use. What is replaced ends when nothing uses it any more. */
        void commit();

        /** Another part could not be built. */
        void abandon();
    }
}
