package io.reprise.gateway.rest.audit;

import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.RoleGuard;
import io.reprise.gateway.rest.UnfitException;
import io.reprise.history.AuditDirectory;
import io.reprise.history.AuditDirectory.Filter;
import io.reprise.message.Failure;
import io.reprise.support.Permits;
import java.util.OptionalLong;

/** The audit log, for administrators. */
public final class AuditRoutes {

    private final AuditDirectory audit;
    private final Permits permits;

    public AuditRoutes(GatewayParts.ReadSide read) {
        this.audit = read.audit();
        this.permits = read.wholeReads();
    }

    public void bindTo(Api api) {
        api.on("listAudit", RoleGuard.forAdmins(this::list)).on("exportAudit", RoleGuard.forAdmins(this::export));
    }

    private void list(ApiCall call) {
        OptionalLong asked = call.before();
        if (asked.isEmpty()) return;
        long before = asked.getAsLong();
        try {
            audit.list(filter(call), before, call.integer("limit"))
                    .onSuccess(page -> call.answer(200, ShownAudit.of(page)))
                    .onFailure(call::storeAway);
        } catch (UnfitException unfit) {
            call.refuse(unfit.failure());
        }
    }

    private void export(ApiCall call) {
        Filter filter;
        try {
            filter = filter(call);
        } catch (UnfitException unfit) {
            call.refuse(unfit.failure());
            return;
        }
        if (!permits.take(call.user())) {
            call.refuse(Failure.tooManyReads());
            return;
        }
        new AuditExport(audit, filter, AuditExport.Format.of(call.text("format")))
                .send(call)
                .onComplete(done -> permits.giveBack(call.user()));
    }

    private static Filter filter(ApiCall call) throws UnfitException {
        return new Filter(
                call.text("user"), call.text("action"), call.text("session"), call.time("from"), call.time("to"));
    }
}
