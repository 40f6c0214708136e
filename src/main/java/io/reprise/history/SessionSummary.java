package io.reprise.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * A session as shown in lists.
 *
 * @param preview the beginning of the first user message, or null
 * @param createdAt RFC 3339
 * @param updatedAt time of the newest change, RFC 3339
 * @param running whether a run is active
 * @param waiting whether a call waits for a person's decision
 * @param pinned whether it is listed before all others
 * @param archived whether it is in the list of archived ones instead
 * @param muted whether nobody is notified of what happens in it
 * @param unread finished messages of the assistant that its user has not seen, up to a limit
 * @param match of a search, where the words are in a message; else null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SessionSummary(
        String id,
        String title,
        String agent,
        String preview,
        String createdAt,
        String updatedAt,
        boolean running,
        boolean waiting,
        boolean pinned,
        boolean archived,
        boolean muted,
        int unread,
        String epoch,
        long head,
        Map<String, Object> metadata,
        Match match) {
    public SessionSummary(
            String id,
            String title,
            String agent,
            String preview,
            String createdAt,
            String updatedAt,
            boolean running,
            boolean waiting,
            String epoch,
            long head,
            Map<String, Object> metadata) {
        this(
                id, title, agent, preview, createdAt, updatedAt, running, waiting, false, false, false, 0, epoch, head,
                metadata, null);
    }

    /**
     * Where a search found its words.
     *
     * @param message the newest message that contains all words
     * @param seq of its first event
     * @param snippet the text around the first word
     */
    public record Match(String message, long seq, String role, String snippet) {}

    public SessionSummary found(Match where) {
        return new SessionSummary(
                id, title, agent, preview, createdAt, updatedAt, running, waiting, pinned, archived, muted, unread,
                epoch, head, metadata, where);
    }
}
