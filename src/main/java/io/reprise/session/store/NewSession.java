package io.reprise.session.store;

import java.util.Map;

/**
 * @param claim null: nothing is claimed
 * @param beginning what its log begins with, the append to version 0; or null: it is empty
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
