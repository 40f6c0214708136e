package io.reprise.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.Histories;
import io.reprise.history.SessionDirectory;
import io.reprise.history.SessionSummary;
import io.reprise.history.Version;
import io.reprise.message.Failure;
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
                        .onSuccess(found -> call.answer(200, page(found, limit)))
                        .onFailure(call::storeAway));
    }

    private static Page page(List<Version> found, int limit) {
        if (found.size() <= limit) return new Page(found, null);
        List<Version> page = found.subList(0, limit);
        return new Page(page, Long.toString(page.getLast().asOf() + 1));
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
    private record Page(List<Version> versions, String cursor) {}
}
