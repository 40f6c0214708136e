package io.reprise.history;

import io.reprise.message.ErrorCode;
import io.reprise.message.recall.Recall;
import io.reprise.support.Page;
import io.vertx.core.Future;
import java.util.Optional;

/** Port: reads recalls, including finished ones. A failed future means that the store is unavailable. */
public interface RecallDirectory {
    /**
     * The user's recalls, newest first. Without a session those are left out that a recall made together with a session:
     * they belong to that recall.
     *
     * @param session only recalls of this session; null for all sessions
     * @param openOnly only unfinished recalls
     * @param cursor id of the last recall of the previous page, or null
     */
    Future<Page<Recall>> list(String user, String session, boolean openOnly, String cursor, int limit);

    /** The recall, if it belongs to the user. */
    Future<Optional<Recall>> find(String user, String recall);

    /**
     * The runs that the recall started, also in sessions that it made, newest first. Fails with {@link IllegalArgumentException} if the cursor
     * is not from a page of such a list.
     *
     * @param cursor of the page before, or null
     */
    Future<Page<RecallRun>> runs(String recall, String cursor, int limit);

    /**
     * A run that a recall started.
     *
     * @param slotMs time at which it was due
     * @param endedMs null while the run is active, like {@code outcome}
     * @param outcome {@code success}, {@code interrupt}, {@code cancelled} or {@code error}
     * @param code error code, or null
     */
    record RecallRun(
            String session, String run, long slotMs, long startedMs, Long endedMs, String outcome, ErrorCode code) {}
}
