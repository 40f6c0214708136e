package io.reprise.gateway;

import io.reprise.account.PreferenceStore;
import io.reprise.account.Preferences;
import io.vertx.core.Future;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What people prefer, in memory. */
final class FakePreferences implements PreferenceStore {
    private final Map<String, Preferences> byUser = new ConcurrentHashMap<>();

    @Override
    public Future<Preferences> find(String user) {
        return Future.succeededFuture(byUser.getOrDefault(user, Preferences.USUAL));
    }

    @Override
    public Future<Void> put(String user, Preferences preferences) {
        byUser.put(user, preferences);
        return Future.succeededFuture();
    }
}
