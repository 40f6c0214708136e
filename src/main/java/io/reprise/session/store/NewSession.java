package io.reprise.session.store;

import io.reprise.message.recall.RecalledFrom;
import java.util.Map;

/**
 * @param claim null if nothing is claimed
 * @param recalledFrom the session whose recall made this one, or null
 * @param beginning the first append of its log, to version 0; null for an empty log
 */
public record NewSession(
        String id,
        String user,
        String agent,
        String title,
        Map<String, Object> metadata,
        String epoch,
        long owner,
        Claim claim,
        Append beginning,
        RecalledFrom recalledFrom) {
    /** A session that no recall made. */
    public NewSession(
            String id,
            String user,
            String agent,
            String title,
            Map<String, Object> metadata,
            String epoch,
            long owner,
            Claim claim,
            Append beginning) {
        this(id, user, agent, title, metadata, epoch, owner, claim, beginning, null);
    }
}
