package io.reprise.gateway;

import io.reprise.apikey.ApiKey;
import io.reprise.apikey.ApiKeyStore;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** API keys in memory. */
final class MemoryApiKeys implements ApiKeyStore {
    private final Map<String, Stored> keys = new LinkedHashMap<>();

    @Override
    public synchronized Future<Boolean> add(ApiKey key, byte[] hash, int perUserMax, String by) {
        long mine = keys.values().stream()
                .filter(one -> one.key().user().equals(key.user()))
                .count();
        if (mine >= perUserMax) return Future.succeededFuture(false);
        keys.put(key.id(), new Stored(key, hash));
        return Future.succeededFuture(true);
    }

    @Override
    public synchronized Future<List<ApiKey>> list(String user) {
        return Future.succeededFuture(keys.values().stream()
                .map(Stored::key)
                .filter(key -> key.user().equals(user))
                .toList());
    }

    @Override
    public synchronized Future<Optional<Stored>> find(String key) {
        return Future.succeededFuture(Optional.ofNullable(keys.get(key)));
    }

    @Override
    public synchronized Future<Boolean> remove(String key, String user, String by) {
        Stored stored = keys.get(key);
        boolean fits =
                stored != null && (user == null || user.equals(stored.key().user()));
        if (fits) keys.remove(key);
        return Future.succeededFuture(fits);
    }

    @Override
    public synchronized Future<Map<String, Integer>> used(Map<String, Integer> uses) {
        return Future.succeededFuture(uses.entrySet().stream()
                .filter(use -> keys.containsKey(use.getKey()))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    @Override
    public synchronized Future<Set<String>> existing(Set<String> wanted) {
        return Future.succeededFuture(wanted.stream().filter(keys::containsKey).collect(Collectors.toSet()));
    }
}
