package io.reprise.history;

import io.reprise.support.Page;
import io.vertx.core.Future;
import java.util.Map;

/** Port: reads the audit log. A failed future means that the store is unavailable. */
public interface AuditDirectory {
    /**
     * The entries that match the filter, newest first.
     *
     * @param before id of the last entry of the previous page; {@link Long#MAX_VALUE} for the first page
     */
    Future<Page<Entry>> list(Filter filter, long before, int limit);

    /**
     * Only entries with these values; null matches any value.
     *
     * @param fromMs only entries at this time or later
     * @param toMs only entries before this time
     */
    record Filter(String user, String action, String session, Long fromMs, Long toMs) {
        public static final Filter NONE = new Filter(null, null, null, null, null);

        public Filter(String user, String action, String session) {
            this(user, action, session, null, null);
        }
    }

    /**
     * A decision. The session may have been deleted.
     *
     * @param id larger for later entries
     * @param user the user who decided, or null if nobody did: an interrupt expired, the settings file has changed
     * @param action such as {@code interrupt.approve}
     * @param session its session, or null
     * @param target the object of the action, or null
     */
    record Entry(
            long id,
            long atMs,
            String user,
            String action,
            String session,
            String target,
            Map<String, Object> detail) {}
}
