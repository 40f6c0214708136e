package io.reprise.gateway;

import io.reprise.history.CheckpointDirectory;
import io.reprise.history.CheckpointInfo;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Three checkpoints of every session. */
final class FakeCheckpoints implements CheckpointDirectory {
    private static final long AT_MS = 1_767_225_600_000L;

    @Override
    public Future<List<CheckpointInfo>> list(String session, long beforeSeq, int limit) {
        return Future.succeededFuture(List.of(30, 20, 10).stream()
                .filter(seq -> seq < beforeSeq)
                .limit(limit)
                .map(seq -> new CheckpointInfo("c" + seq, "r1", seq, AT_MS, seq / 10, 400))
                .toList());
    }

    @Override
    public Future<Optional<CheckpointInfo>> find(String session, String id) {
        return Future.succeededFuture(Optional.empty());
    }
}
