package io.reprise.gateway.rest.memory;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.account.Memory;
import io.reprise.account.MemoryStore;
import io.reprise.account.MemoryStore.NewMemory;
import io.reprise.account.MemoryStore.State;
import io.reprise.config.tool.MemorySettings;
import io.reprise.gateway.rest.Api;
import io.reprise.gateway.rest.ApiCall;
import io.reprise.gateway.rest.FileName;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.Page;
import io.reprise.support.Texts;
import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** The notes about the caller. Those of others count as absent. */
public final class MemoryRoutes {
    private static final Failure NOT_FOUND = Failure.notFound("Note");
    private static final Failure FULL =
            Failure.of(ErrorCode.CONFLICT, "There are as many notes as this server allows; delete some first.");
    private static final Failure OFF = Failure.of(ErrorCode.CONFLICT, "You have switched the memory off.");
    private static final Failure NONE = Failure.of(ErrorCode.UNAVAILABLE, "This server keeps no notes.");

    private final MemoryStore store;
    private final Current<MemorySettings> settings;
    private final IdSource ids;

    public MemoryRoutes(MemoryStore store, Current<MemorySettings> settings, IdSource ids) {
        this.store = store;
        this.settings = settings;
        this.ids = ids;
    }

    public void bindTo(Api api) {
        api.on("listMemory", this::list)
                .on("saveMemory", this::save)
                .on("switchMemory", this::turn)
                .on("clearMemory", this::clear)
                .on("exportMemory", this::export)
                .on("deleteMemory", this::delete);
    }

    private void list(ApiCall call) {
        OptionalLong before = call.before();
        if (before.isEmpty()) return;
        int limit = call.integer("limit");
        String query = call.text("q");
        boolean searches = query != null && !query.isBlank();
        store.state(call.user())
                .compose(state -> (searches
                                ? store.search(call.user(), query, limit)
                                : store.list(call.user(), before.getAsLong(), limit + 1))
                        .map(found -> shown(state, Page.of(found, limit, last -> String.valueOf(last.number())))))
                .onSuccess(shown -> call.answer(200, shown))
                .onFailure(call::storeAway);
    }

    private ShownMemories shown(State state, Page<Memory> page) {
        MemorySettings now = settings.get();
        return new ShownMemories(
                state.on() && now.enabled(),
                state.count(),
                now.perUserMax(),
                page.rows().stream().map(MemoryRoutes::shown).toList(),
                page.cursor());
    }

    private void save(ApiCall call) {
        MemorySettings now = settings.get();
        String text = call.body().getString("text").strip();
        if (!now.enabled()) {
            call.refuse(NONE);
        } else if (text.isEmpty() || !Texts.isWellFormed(text)) {
            call.refuse(Failure.badRequest("`text` must be a text that is not blank."));
        } else if (Texts.utf8Bytes(text) > now.textBytesMax()) {
            call.refuse(Failure.tooLong("text", now.textBytesMax()));
        } else {
            add(call, new NewMemory(ids.next("me_"), call.user(), text, Memory.Source.PERSON), now.perUserMax());
        }
    }

    private void add(ApiCall call, NewMemory memory, int perUserMax) {
        store.add(memory, perUserMax)
                .onFailure(call::storeAway)
                .onSuccess(added -> added.ifPresentOrElse(
                        saved -> call.answer(201, shown(saved)),
                        () -> store.state(call.user())
                                .onSuccess(state -> call.refuse(state.on() ? FULL : OFF))
                                .onFailure(call::storeAway)));
    }

    private void turn(ApiCall call) {
        store.turn(call.user(), call.body().getBoolean("enabled"))
                .onSuccess(done -> call.answerNothing())
                .onFailure(call::storeAway);
    }

    private void clear(ApiCall call) {
        store.removeAll(call.user()).onSuccess(count -> call.answerNothing()).onFailure(call::storeAway);
    }

    private void delete(ApiCall call) {
        call.removed(store.remove(call.user(), call.text("memory")), NOT_FOUND);
    }

    /** In one piece: the settings limit the number and the size of notes. */
    private void export(ApiCall call) {
        store.list(call.user(), Long.MAX_VALUE, Integer.MAX_VALUE)
                .onSuccess(all -> {
                    call.context()
                            .response()
                            .putHeader(HttpHeaders.CONTENT_DISPOSITION, FileName.exactly("memory.json"));
                    call.answer(
                            200,
                            new Export(all.stream().map(MemoryRoutes::shown).toList()));
                })
                .onFailure(call::storeAway);
    }

    private static Shown shown(Memory memory) {
        return new Shown(
                memory.id(),
                memory.text(),
                memory.source().name().toLowerCase(Locale.ROOT),
                Instant.ofEpochMilli(memory.createdMs()).toString());
    }

    private record Shown(String id, String text, String source, String createdAt) {}

    private record Export(List<Shown> memories) {}

    /** @param cursor of the next page; null on the last one */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownMemories(boolean enabled, int count, int max, List<Shown> memories, String cursor) {}
}
