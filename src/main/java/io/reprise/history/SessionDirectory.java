package io.reprise.history;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Port: lists the sessions of a user. A failed future means that the store is unavailable. */
public interface SessionDirectory {
    /**
     * The user's sessions: pinned ones first, and of both the last changed first.
     *
     * @param which of them
     * @param cursor from the page before, or null
     * @param limit 1-200
     * @throws IllegalArgumentException in the future, if the cursor is invalid
     */
    Future<Page> list(String user, Which which, String cursor, int limit);

    /**
     * The sessions in whose title, or in one of whose messages, all the words occur; each with its match.
     *
     * @throws TooSlow in the future, if the search exceeded its time limit
     */
    Future<Page> search(String user, SearchWords words, Which which, String cursor, int limit);

    /** Which sessions of a user. */
    enum Which {
        LISTED,
        ARCHIVED,
        ALL
    }

    /** A search exceeded its time limit. */
    final class TooSlow extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public TooSlow() {
            super("the search took too long", null, false, false);
        }
    }

    /** The session, if it belongs to the user. */
    Future<Optional<SessionSummary>> find(String user, String session);

    /** @param cursor of the next page, or null */
    record Page(List<SessionSummary> sessions, String cursor) {}
}
