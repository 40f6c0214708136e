package io.reprise.gateway.rest.catalog;

import io.reprise.catalog.CatalogEdits;
import io.reprise.catalog.CatalogEdits.Seen;
import io.reprise.catalog.CatalogStore.Version;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.LiveCatalog;
import io.reprise.catalog.PromptDiff;
import io.reprise.catalog.definition.PromptDefinition.Status;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.RoleGuard;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What only prompts have: the status of each version, and what differs between two. */
public final class PromptRoutes {
    private static final Failure NOT_FOUND = Failure.notFound("Version");

    private final LiveCatalog live;
    private final CatalogEdits edits;

    public PromptRoutes(GatewayParts.Catalogue catalogue) {
        this.live = catalogue.live();
        this.edits = catalogue.edits();
    }

    public void bindTo(Api api) {
        api.on("setPromptStatus", RoleGuard.forAdmins(this::setStatus))
                .on("comparePromptVersions", RoleGuard.forStaff(this::compare));
    }

    private void setStatus(ApiCall call) {
        EntryKey key = new EntryKey(Kind.PROMPT, call.text("name"));
        JsonObject body = call.body();
        Status status = Status.valueOf(body.getString("status").toUpperCase(Locale.ROOT));
        Seen seen = new Seen(null, body.getLong("revision"));
        CatalogRoutes.answered(
                call, edits.setStatus(call.user(), key, call.number("number", 0), status, seen), call::answerNothing);
    }

    private void compare(ApiCall call) {
        EntryKey key = new EntryKey(Kind.PROMPT, call.text("name"));
        long from = call.number("from", 0);
        long to = call.number("to", 0);
        Future<Optional<Version>> before = live.store().version(key, from);
        Future<Optional<Version>> after = live.store().version(key, to);
        Future<Optional<Differences>> compared = Future.all(before, after).compose(both -> {
            if (before.result().isEmpty() || after.result().isEmpty()) return Future.succeededFuture(Optional.empty());
            // Long texts take milliseconds, which an event loop does not have.
            return call.context()
                    .vertx()
                    .executeBlocking(() ->
                            Optional.of(new Differences(from, to, lines(text(before.result()), text(after.result())))));
        });
        call.found(compared, NOT_FOUND, differences -> call.answer(200, differences));
    }

    private static String text(Optional<Version> version) {
        return String.valueOf(version.orElseThrow().body().get("text"));
    }

    private static List<ShownLine> lines(String before, String after) {
        return PromptDiff.of(before, after).stream()
                .map(line -> new ShownLine(line.change().name().toLowerCase(Locale.ROOT), line.text()))
                .toList();
    }

    private record Differences(long from, long to, List<ShownLine> lines) {}

    private record ShownLine(String change, String text) {}
}
