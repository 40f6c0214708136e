package io.reprise.history;

import io.reprise.message.ErrorCode;
import io.reprise.message.recall.Recall;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Port: reads recalls, including finished ones. A failed future means that the store is unavailable. */
public interface RecallDirectory {
    /**
     * The user's recalls, the newest first.
     *
     * @param session only those of this session; null: of all
     * @param openOnly only those that are not over
     * @param cursor the id of the last one of the page before, or null
     */
    Future<Page> list(String user, String session, boolean openOnly, String cursor, int limit);

    /** The recall, if it is the user's. */
    Future<Optional<Recall>> find(String user, String recall);

    /** The runs that it started, the newest first. */
    Future<List<RecallRun>> runs(String recall, int limit);

    /** {@code cursor}: of the next page, or null. */
    record Page(List<Recall> recalls, String cursor) {}

    /**
     * A run that a recall started.
     *
     * @param slotMs the time that it was due
     * @param endedMs null while it runs, as {@code outcome}
     * @param outcome {@code success}, {@code interrupt}, {@code cancelled} or {@code error}
     * @param code of an error, or null
     */
    record RecallRun(String run, long slotMs, long startedMs, Long endedMs, String outcome, ErrorCode code) {}
}
