package io.reprise.gateway;

import io.reprise.history.RecallDirectory;
import io.reprise.message.recall.Recall;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** For gateways without recalls. */
final class NoRecalls implements RecallDirectory {
    @Override
    public Future<Page> list(String user, String session, boolean openOnly, String cursor, int limit) {
        return Future.succeededFuture(new Page(List.of(), null));
    }

    @Override
    public Future<Optional<Recall>> find(String user, String recall) {
        return Future.succeededFuture(Optional.empty());
    }

    @Override
    public Future<List<RecallRun>> runs(String recall, int limit) {
        return Future.succeededFuture(List.of());
    }
}
