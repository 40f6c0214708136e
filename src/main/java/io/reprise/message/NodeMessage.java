package io.reprise.message;

/** What concerns a node rather than a session. */
public sealed interface NodeMessage extends BusMessage {
    /** To every session verticle: tell this gateway which shards you own. */
    record WhoOwns(String gateway) implements NodeMessage {}

    /** To a session verticle: start nothing more, let runs finish for so long, then end them. Answered by {@link Drained}. */
    record Drain(long drainMs) implements NodeMessage {}

    /** The answer to {@link Drain}: nothing runs and everything is stored, or the store could not take it. */
    record Drained(int endedRuns, int unstoredSessions) implements NodeMessage {}
}
