package io.reprise.message;

/** Messages that concern a node rather than a session. */
public sealed interface NodeMessage extends BusMessage {
    /** To every session verticle: tell this gateway which shards you own. */
    record WhoOwns(String gateway) implements NodeMessage {}

    /**
     * To a session verticle: start nothing more, let runs finish for so long, then leave the others to the next server.
     * Answered by {@link Drained}.
     */
    record Drain(long drainMs) implements NodeMessage {}

    /** To a session verticle or a gateway: what do you hold in memory? Answered by {@link Held}. */
    record WhatIsHeld() implements NodeMessage {}

    /**
     * What is in memory: for operators, and for tests that nothing stays there.
     *
     * @param commands that wait for their outcome
     */
    record Held(int sessions, int sockets, int subscriptions, int commands) implements NodeMessage {
        public static final Held NOTHING = new Held(0, 0, 0, 0);

        public Held plus(Held other) {
            return new Held(
                    sessions + other.sessions,
                    sockets + other.sockets,
                    subscriptions + other.subscriptions,
                    commands + other.commands);
        }
    }

    /**
     * The answer to {@link Drain}: nothing runs and everything is stored, or the store could not take it.
     *
     * @param suspendedRuns go on when a server has their session
     * @param endedRuns could not
     */
    record Drained(int suspendedRuns, int endedRuns, int unstoredSessions) implements NodeMessage {}
}
