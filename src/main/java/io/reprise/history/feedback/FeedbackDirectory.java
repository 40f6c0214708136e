package io.reprise.history.feedback;

import io.reprise.message.feedback.Opinion;
import io.reprise.message.feedback.Rating;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Port: reads the feedback on answers in all sessions. A failed future means that the store is unavailable. */
public interface FeedbackDirectory {
    /**
     * The entries that match the filter, the last changed first. Looks only at a limited number of entries: a page may have
     * fewer entries than asked for, even none, although more follow.
     *
     * @param before place of the last entry of the previous page, or null
     */
    Future<Page> list(Filter filter, Place before, int limit);

    /** What is thought of this answer; empty if nothing is. */
    Future<Optional<Entry>> find(String session, String message);

    /**
     * Only entries with these values; null matches any value.
     *
     * @param commented whether there is a comment
     * @param text a part of the comment, whatever its case
     * @param fromMs only entries that were changed at this time or later
     * @param toMs only entries that were changed before this time
     */
    record Filter(Rating rating, String agent, String model, Boolean commented, String text, Long fromMs, Long toMs) {
        public static final Filter NONE = new Filter(null, null, null, null, null, null, null);
    }

    /** Where an entry stands in the list. */
    record Place(long atMs, long number) {}

    /** @param next where the next page begins, or null */
    record Page(List<Entry> entries, Place next) {}

    /**
     * What a user thinks of an answer.
     *
     * @param seq first event of the answer
     * @param agent of the session when it was said
     * @param model the provider's name for the model that wrote the answer, or null
     * @param eventSeq the event that says so; the answer was not superseded then
     * @param superseded whether the answer has been superseded since
     */
    record Entry(
            long number,
            String session,
            String message,
            long seq,
            String run,
            String user,
            Opinion opinion,
            String agent,
            String model,
            long eventSeq,
            long atMs,
            boolean superseded) {
        public Place place() {
            return new Place(atMs, number);
        }
    }
}
