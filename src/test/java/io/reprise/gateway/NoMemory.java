package io.reprise.gateway;

import io.reprise.account.Memory;
import io.reprise.account.MemoryStore;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Nobody has notes. */
final class NoMemory implements MemoryStore {
    @Override
    public Future<State> state(String user) {
        return Future.succeededFuture(new State(true, 0));
    }

    @Override
    public Future<Optional<Memory>> add(NewMemory memory, int perUserMax) {
        return Future.succeededFuture(Optional.empty());
    }

    @Override
    public Future<List<Memory>> list(String user, long before, int limit) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<List<Memory>> search(String user, String text, int limit) {
        return Future.succeededFuture(List.of());
    }

    @Override
    public Future<Boolean> remove(String user, String id) {
        return Future.succeededFuture(false);
    }

    @Override
    public Future<Integer> removeAll(String user) {
        return Future.succeededFuture(0);
    }

    @Override
    public Future<Void> turn(String user, boolean on) {
        return Future.succeededFuture();
    }
}
