package io.reprise.gateway;

import io.reprise.history.RecallDirectory;
import io.reprise.message.recall.Recall;
import io.reprise.support.Page;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** For gateways without recalls. */
final class NoRecalls implements RecallDirectory {
    @Override
    public Future<Page<Recall>> list(String user, String session, boolean openOnly, String cursor, int limit) {
        return Future.succeededFuture(new Page<>(List.of(), null));
    }

    @Override
    public Future<Optional<Recall>> find(String user, String recall) {
        return Future.succeededFuture(Optional.empty());
    }

    @Override
    public Future<Page<RecallRun>> runs(String recall, String cursor, int limit) {
        return Future.succeededFuture(new Page<>(List.of(), null));
    }
}
