package io.reprise.history;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;

/** Port: reads the audit log. A failed future means that the store is unavailable. */
public interface AuditDirectory {
    /**
     * The entries that the filter lets through, the newest first.
     *
     * @param before the id of the last one of the page before; {@link Long#MAX_VALUE} for the first page
     */
    Future<Page> list(Filter filter, long before, int limit);

    /** Only entries with these; null: with any. */
    record Filter(String user, String action, String session) {
        public static final Filter NONE = new Filter(null, null, null);
    }

    /** {@code cursor}: of the next page, or null. */
    record Page(List<Entry> entries, Long cursor) {}

    /**
     * Something that was decided. The session may be gone.
     *
     * @param id larger for later ones
     * @param user who decided it, or null when nobody did in time
     * @param action such as {@code interrupt.approve}
     * @param session where, or null
     * @param target what it was about, or null
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
