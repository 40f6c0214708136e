package io.reprise.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.AuditDirectory;
import io.reprise.message.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The audit log, for administrators. */
public final class AuditRoutes {
    private static final Failure CURSOR = Failure.badRequest("`cursor` is not from a page of this list.");

    private final AuditDirectory audit;

    public AuditRoutes(AuditDirectory audit) {
        this.audit = audit;
    }

    public void bindTo(Api api) {
        api.on("listAudit", RoleGuard.forAdmins(this::list));
    }

    private void list(ApiCall call) {
        var filter = new AuditDirectory.Filter(call.text("user"), call.text("action"), call.text("session"));
        long before;
        try {
            before = call.text("cursor") == null ? Long.MAX_VALUE : Long.parseLong(call.text("cursor"));
        } catch (NumberFormatException e) {
            call.refuse(CURSOR);
            return;
        }
        audit.list(filter, before, call.integer("limit"))
                .onSuccess(page -> call.answer(200, shown(page)))
                .onFailure(call::storeAway);
    }

    private static Page shown(AuditDirectory.Page page) {
        return new Page(
                page.entries().stream().map(AuditRoutes::shown).toList(),
                page.cursor() == null ? null : page.cursor().toString());
    }

    private static Entry shown(AuditDirectory.Entry entry) {
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
    private record Page(List<Entry> entries, String cursor) {}

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record Entry(
            long id,
            String at,
            String user,
            String action,
            String session,
            String target,
            Map<String, Object> detail) {}
}
