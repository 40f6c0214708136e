package io.reprise.apikey;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Port: API keys. A failed future means that the store is unavailable. */
public interface ApiKeyStore {
    /**
     * Adds a key; false if the user has {@code perUserMax} already.
     *
     * @param hash of the secret
     * @param by who adds it, for the audit log
     */
    Future<Boolean> add(ApiKey key, byte[] hash, int perUserMax, String by);

    /** The keys of a user, oldest first. */
    Future<List<ApiKey>> list(String user);

    /** Whoever it belongs to. */
    Future<Optional<Stored>> find(String key);

    record Stored(ApiKey key, byte[] hash) {}

    /**
     * Removes a key; false if there is none.
     *
     * @param user whose key it must be; null: anybody's
     * @param by who removes it, for the audit log
     */
    Future<Boolean> remove(String key, String user, String by);

    /**
     * Adds uses of keys, and answers how many each has had today (UTC); keys that do not exist any more are not in the
     * answer.
     */
    Future<Map<String, Integer>> used(Map<String, Integer> uses);

    /** Those of these keys that exist. */
    Future<Set<String>> existing(Set<String> keys);
}
