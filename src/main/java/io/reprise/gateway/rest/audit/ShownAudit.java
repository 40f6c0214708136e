package io.reprise.gateway.rest.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.AuditDirectory;
import io.reprise.support.Page;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** JSON of the audit log. */
final class ShownAudit {
    private ShownAudit() {}

    static Entries of(Page<AuditDirectory.Entry> page) {
        return new Entries(page.rows().stream().map(ShownAudit::of).toList(), page.cursor());
    }

    static Entry of(AuditDirectory.Entry entry) {
        return new Entry(
                entry.id(),
                Instant.ofEpochMilli(entry.atMs()).toString(),
                entry.user(),
                entry.action(),
                entry.session(),
                entry.target(),
                entry.detail());
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entries(List<Entry> entries, String cursor) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Entry(
            long id,
            String at,
            String user,
            String action,
            String session,
            String target,
            Map<String, Object> detail) {}
}
