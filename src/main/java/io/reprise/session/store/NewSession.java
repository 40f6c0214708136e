package io.reprise.session.store;

import java.util.Map;

/**
 * @param claim null if nothing is claimed
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
        Append beginning) {}
