package io.reprise.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.Histories;
import io.reprise.history.SessionDirectory;
import io.reprise.history.SessionSummary;
import io.reprise.history.Version;
import io.reprise.message.Failure;
import io.reprise.support.Page;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** {@code /sessions/{session}/versions} of the REST interface: what a conversation was before it was taken back. */
public final class VersionRoutes {

    private final GatewayParts parts;
    private final SessionDirectory sessions;
    private final Histories histories;

    public VersionRoutes(GatewayParts parts) {
        this.parts = parts;
        this.sessions = parts.read().sessions();
        this.histories = parts.read().histories();
    }

    public void bindTo(Api api) {
        api.on("listVersions", this::list).on("listVersionMessages", this::messages);
    }

    private void list(ApiCall call) {
        OptionalLong asked = call.before();
        if (asked.isEmpty()) return;
        long before = asked.getAsLong();
        int limit = call.integer("limit");
        owned(
                call,
                session -> histories
                        .versions(session.id(), before, limit + 1)
                        .onSuccess(found -> call.answer(200, shown(found, limit)))
                        .onFailure(call::storeAway));
    }

    private static ShownVersions shown(List<Version> found, int limit) {
        Page<Version> page = Page.of(found, limit, last -> Long.toString(last.asOf() + 1));
        return new ShownVersions(page.rows(), page.cursor());
    }

    private void messages(ApiCall call) {
        long asOf = call.number("version", 0);
        long before = call.number("before", Long.MAX_VALUE);
        int charsMax = parts.settings().log().pageBytesMax();
        owned(call, session -> {
            if (asOf > session.head()) {
                call.refuse(Failure.notFound());
                return;
            }
            histories
                    .before(session.id(), before, call.integer("limit"), asOf)
                    .onSuccess(newest -> call.answer(200, SessionRoutes.Messages.of(newest.within(charsMax))))
                    .onFailure(call::storeAway);
        });
    }

    /** Only the user's own session; another user's counts as absent. */
    private void owned(ApiCall call, Consumer<SessionSummary> then) {
        sessions.find(call.user(), call.session())
                .onSuccess(found -> found.ifPresentOrElse(then, () -> call.refuse(Failure.notFound())))
                .onFailure(call::storeAway);
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownVersions(List<Version> versions, String cursor) {}
}
