package io.reprise.gateway;

import io.reprise.history.RunDirectory;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** No run is active. */
final class NoRuns implements RunDirectory {
    @Override
    public Future<List<Entry>> active(int limit) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<List<Node>> nodes() {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Optional<String>> stop(String session, String run, String by) {
        return Future.succeededFuture(Optional.empty());
    }
}
