package io.reprise.gateway.rest.catalog;

import io.reprise.catalog.CatalogEdits;
import io.reprise.catalog.CatalogEdits.Result;
import io.reprise.catalog.CatalogEdits.Seen;
import io.reprise.catalog.CatalogStore;
import io.reprise.catalog.EntryKey;
import io.reprise.catalog.Kind;
import io.reprise.catalog.Listed;
import io.reprise.catalog.LiveCatalog;
import io.reprise.catalog.file.EntryFile;
import io.reprise.gateway.http.Problem;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.ApiContract;
import io.reprise.gateway.rest.FileName;
import io.reprise.gateway.rest.GatewayParts;
import io.reprise.gateway.rest.RoleGuard;
import io.reprise.message.Failure;
import io.reprise.support.Page;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** Entries of the catalogue: read by staff, changed by administrators. */
public final class CatalogRoutes {
    private static final Failure NO_VERSIONS = Failure.notFound("Entry");

    private final LiveCatalog live;
    private final CatalogEdits edits;

    public CatalogRoutes(GatewayParts.Catalogue catalogue) {
        this.live = catalogue.live();
        this.edits = catalogue.edits();
    }

    public void bindTo(Api api) {
        for (Kind kind : Kind.values()) bind(api, kind);
        CatalogSchemas schemas = CatalogSchemas.of(live.reader());
        api.on("listCatalogSchemas", RoleGuard.forStaff(call -> call.answer(200, schemas)));
    }

    private void bind(Api api, Kind kind) {
        String one = kind.type();
        String all = one + "s";
        api.on("list" + all, RoleGuard.forStaff(call -> list(call, kind)))
                .on("get" + one, RoleGuard.forStaff(call -> read(call, key(call, kind), 200)))
                .on("list" + one + "Versions", RoleGuard.forStaff(call -> versions(call, key(call, kind))))
                .on("export" + one, RoleGuard.forAdmins(call -> export(call, key(call, kind))))
                .on("create" + one, RoleGuard.forAdmins(call -> create(call, kind)))
                .on("save" + one, RoleGuard.forAdmins(call -> save(call, key(call, kind))))
                .on("restore" + one, RoleGuard.forAdmins(call -> restore(call, key(call, kind))))
                .on("delete" + one, RoleGuard.forAdmins(call -> delete(call, key(call, kind))))
                .on("delete" + all, RoleGuard.forAdmins(call -> deleteSeveral(call, kind)));
    }

    private static EntryKey key(ApiCall call, Kind kind) {
        return new EntryKey(kind, call.text("name"));
    }

    private ShownCatalog shown(ApiCall call) {
        return new ShownCatalog(
                live.current().get(), live.reader(), call.caller().isAdmin());
    }

    private void list(ApiCall call, Kind kind) {
        ShownCatalog shown = shown(call);
        EntryFilter filter = EntryFilter.of(call);
        int limit = call.integer("limit");
        List<ShownCatalog.Entry> found = shown.catalog().all(kind).stream()
                .map(shown::brief)
                .filter(filter)
                .limit(limit + 1L)
                .toList();
        Page<ShownCatalog.Entry> page = Page.of(found, limit, ShownCatalog.Entry::name);
        call.answer(200, new ShownCatalog.Entries(page.rows(), page.cursor()));
    }

    private void read(ApiCall call, EntryKey key, int status) {
        ShownCatalog shown = shown(call);
        Optional<Listed> found = shown.catalog().find(key);
        if (found.isEmpty()) {
            call.refuse(Failure.notFound(key.kind().title()));
            return;
        }
        call.answer(status, shown.entry(found.get()));
    }

    private void versions(ApiCall call, EntryKey key) {
        OptionalLong asked = call.before();
        if (asked.isEmpty()) return;
        long before = asked.getAsLong();
        int limit = call.integer("limit");
        live.store()
                .versions(key, before, limit + 1)
                .onSuccess(found -> {
                    if (found.isEmpty() && before == Long.MAX_VALUE) call.refuse(NO_VERSIONS);
                    else call.answer(200, page(call, key.kind(), found, limit));
                })
                .onFailure(call::storeAway);
    }

    private ShownCatalog.Versions page(ApiCall call, Kind kind, List<CatalogStore.Version> found, int limit) {
        ShownCatalog shown = shown(call);
        Page<CatalogStore.Version> page = Page.of(found, limit, last -> Long.toString(last.number()));
        return new ShownCatalog.Versions(
                page.rows().stream()
                        .map(version -> shown.version(kind, version))
                        .toList(),
                page.cursor());
    }

    private void export(ApiCall call, EntryKey key) {
        Optional<Listed> found = live.current().get().find(key);
        if (found.isEmpty()) {
            call.refuse(Failure.notFound(key.kind().title()));
            return;
        }
        EntryFile file = EntryFile.of(key, found.get().entry().body());
        call.context()
                .response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .putHeader(HttpHeaders.CONTENT_DISPOSITION, FileName.exactly(file.name()))
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(file.text());
    }

    private void create(ApiCall call, Kind kind) {
        JsonObject body = call.body();
        EntryKey key = new EntryKey(kind, body.getString("name"));
        if (isUnfit(call)) return;
        answered(call, edits.create(call.user(), key, EntryBody.settings(body)), () -> {
            String address = ApiContract.BASE + "/" + kind.plural() + "/" + key.name();
            call.context().response().putHeader(HttpHeaders.LOCATION, address);
            read(call, key, 201);
        });
    }

    private void save(ApiCall call, EntryKey key) {
        JsonObject body = call.body();
        if (isUnfit(call)) return;
        answered(
                call,
                edits.save(call.user(), key, EntryBody.settings(body), body.getLong("version")),
                () -> read(call, key, 200));
    }

    private static boolean isUnfit(ApiCall call) {
        Optional<Failure> fault = EntryBody.fault(call.body());
        fault.ifPresent(call::refuse);
        return fault.isPresent();
    }

    private void restore(ApiCall call, EntryKey key) {
        JsonObject body = call.body();
        answered(
                call,
                edits.restore(
                        call.user(),
                        key,
                        body.getLong("number"),
                        new Seen(body.getLong("version"), body.getLong("revision"))),
                () -> read(call, key, 200));
    }

    private void delete(ApiCall call, EntryKey key) {
        delete(call, key.kind(), Map.of(key.name(), call.number("version", 0)));
    }

    private void deleteSeveral(ApiCall call, Kind kind) {
        JsonArray entries = call.body().getJsonArray("entries");
        Map<String, Long> versions = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            JsonObject entry = entries.getJsonObject(i);
            Long other = versions.put(entry.getString("name"), entry.getLong("version"));
            if (other != null) {
                call.refuse(Failure.badRequest("`entries` names " + entry.getString("name") + " twice."));
                return;
            }
        }
        delete(call, kind, versions);
    }

    private void delete(ApiCall call, Kind kind, Map<String, Long> versions) {
        answered(call, edits.delete(call.user(), kind, versions), call::answerNothing);
    }

    static void answered(ApiCall call, Future<Result> changed, Runnable done) {
        changed.onSuccess(result -> {
                    switch (result) {
                        case Result.Done ok -> done.run();
                        case Result.Refused refused -> call.refuse(refused.failure());
                        case Result.Invalid invalid -> refuse(call, invalid);
                    }
                })
                .onFailure(call::storeAway);
    }

    private static void refuse(ApiCall call, Result.Invalid invalid) {
        List<Problem.Detail> problems = invalid.problems().stream()
                .map(problem -> new Problem.Detail(problem.path(), problem.fault()))
                .toList();
        String words = problems.stream()
                .map(problem -> problem.path() + ": " + problem.message())
                .collect(Collectors.joining("\n"));
        call.refuse(Failure.badRequest(words), problems);
    }
}
