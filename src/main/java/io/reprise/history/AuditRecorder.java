package io.reprise.history;

import io.vertx.core.Future;
import java.util.Map;

/**
 * Port: adds entries to the audit log for what is done outside the database. What changes the database writes its entry in
 * the same transaction.
 */
public interface AuditRecorder {
    /**
     * A failed future means that the store is unavailable.
     *
     * @param user null if nobody decided
     * @param action such as {@code config.reload}
     * @param target the object of the action, or null
     * @param detail without message texts and secrets
     */
    Future<Void> record(String user, String action, String target, Map<String, Object> detail);
}
