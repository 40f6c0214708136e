package io.reprise.client;

/** Time as a port. */
interface Timing {
    /** Milliseconds since the epoch. */
    long nowMs();

    /** Milliseconds that only pass. */
    long elapsedMs();

    /** Runs the action once, on the client's context. */
    Timer after(long ms, Runnable action);

    /** An action to come. */
    @FunctionalInterface
    interface Timer {
        Timer NONE = () -> {};

        void cancel();
    }
}
