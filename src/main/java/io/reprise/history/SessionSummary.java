package io.reprise.history;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * A session as lists show it.
 *
 * @param preview the beginning of the first user message, or null
 * @param createdAt RFC 3339
 * @param updatedAt of the newest change, RFC 3339
 * @param running whether a run is active
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
        String epoch,
        long head,
        Map<String, Object> metadata) {}
