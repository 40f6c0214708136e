package io.reprise.gateway.rest;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.reprise.history.CheckpointDirectory;
import io.reprise.history.CheckpointInfo;
import io.reprise.history.SessionDirectory;
import io.reprise.message.Failure;
import io.reprise.support.Page;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Lists the checkpoints of a session. */
public final class CheckpointRoutes {

    private final SessionDirectory sessions;
    private final CheckpointDirectory checkpoints;

    public CheckpointRoutes(GatewayParts parts) {
        this.sessions = parts.read().sessions();
        this.checkpoints = parts.read().checkpoints();
    }

    public void bindTo(Api api) {
        api.on("listCheckpoints", this::list);
    }

    private void list(ApiCall call) {
        OptionalLong asked = call.before();
        if (asked.isEmpty()) return;
        long beforeSeq = asked.getAsLong();
        sessions.find(call.user(), call.session())
                .onSuccess(found -> {
                    if (found.isEmpty()) call.refuse(Failure.notFound());
                    else list(call, beforeSeq);
                })
                .onFailure(call::storeAway);
    }

    private void list(ApiCall call, long beforeSeq) {
        int limit = call.integer("limit");
        checkpoints
                .list(call.session(), beforeSeq, limit + 1)
                .onSuccess(found -> call.answer(200, shown(found, limit)))
                .onFailure(call::storeAway);
    }

    private static ShownCheckpoints shown(List<CheckpointInfo> found, int limit) {
        Page<CheckpointInfo> page = Page.of(found, limit, last -> Long.toString(last.seq()));
        return new ShownCheckpoints(
                page.rows().stream().map(CheckpointRoutes::shown).toList(), page.cursor());
    }

    private static Shown shown(CheckpointInfo info) {
        String at = Instant.ofEpochMilli(info.atMs()).toString();
        return new Shown(info.id(), info.run(), info.seq(), info.step(), at, info.bytes());
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    private record ShownCheckpoints(List<Shown> checkpoints, String cursor) {}

    private record Shown(String id, String run, long seq, int step, String at, int bytes) {}
}
