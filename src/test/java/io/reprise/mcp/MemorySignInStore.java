package io.reprise.mcp;

import io.reprise.account.McpSignInStore;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Sign-ins to MCP servers in memory. Attempts do not end by themselves. */
public final class MemorySignInStore implements McpSignInStore {
    /** What a replacement waits for. */
    volatile Supplier<Future<Void>> beforeReplacing = Future::succeededFuture;

    /** Called when tokens are looked for. */
    volatile Runnable looking = () -> {};

    private final Map<String, Begun> attempts = new HashMap<>();
    private final Map<Key, Stored> kept = new HashMap<>();
    private final Map<Key, Long> dropped = new HashMap<>();

    @Override
    public synchronized Future<Void> begin(Key key, String state, byte[] attempt, long lifeMs) {
        attempts.values().removeIf(begun -> begun.key().equals(key));
        attempts.put(state, new Begun(key, attempt));
        return Future.succeededFuture();
    }

    @Override
    public synchronized Future<Optional<Begun>> take(String state) {
        return Future.succeededFuture(Optional.ofNullable(attempts.remove(state)));
    }

    @Override
    public synchronized Future<Void> keep(Key key, byte[] secret) {
        Stored before = kept.get(key);
        kept.put(key, new Stored(secret, before == null ? 1 : before.version() + 1));
        return Future.succeededFuture();
    }

    @Override
    public Future<Optional<Stored>> find(Key key) {
        looking.run();
        return found(key);
    }

    private synchronized Future<Optional<Stored>> found(Key key) {
        return Future.succeededFuture(Optional.ofNullable(kept.get(key)));
    }

    @Override
    public synchronized Future<Set<String>> existing(List<String> ids) {
        return Future.succeededFuture(
                kept.keySet().stream().map(Key::id).filter(ids::contains).collect(Collectors.toSet()));
    }

    @Override
    public Future<Boolean> replace(Key key, long version, byte[] secret) {
        return beforeReplacing.get().compose(now -> replaced(key, version, secret));
    }

    private synchronized Future<Boolean> replaced(Key key, long version, byte[] secret) {
        boolean same = isOf(key, version)
                || (!kept.containsKey(key) && Long.valueOf(version).equals(dropped.get(key)));
        if (same) kept.put(key, new Stored(secret, version + 1));
        return Future.succeededFuture(same);
    }

    @Override
    public synchronized Future<Void> drop(Key key, long version) {
        if (isOf(key, version)) {
            kept.remove(key);
            dropped.put(key, version);
        }
        return Future.succeededFuture();
    }

    private boolean isOf(Key key, long version) {
        return kept.containsKey(key) && kept.get(key).version() == version;
    }

    @Override
    public synchronized Future<Boolean> remove(Key key) {
        dropped.remove(key);
        return Future.succeededFuture(kept.remove(key) != null);
    }

    @Override
    public synchronized Future<List<Listed>> list(String user) {
        return Future.succeededFuture(kept.keySet().stream()
                .filter(key -> key.user().equals(user))
                .map(key -> new Listed(key.server(), 0))
                .toList());
    }

    @Override
    public synchronized Future<Map<String, Integer>> people(List<String> servers) {
        return Future.succeededFuture(servers.stream()
                .collect(Collectors.toMap(server -> server, server -> (int) kept.keySet().stream()
                        .filter(key -> key.server().equals(server))
                        .count())));
    }

    /** As an erasure of the user does, which tells nobody. */
    public synchronized void erase(String user) {
        kept.keySet().removeIf(key -> key.user().equals(user));
    }
}
