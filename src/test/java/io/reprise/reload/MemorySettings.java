package io.reprise.reload;

import io.reprise.history.StoreAway;
import io.reprise.message.Failure;
import io.vertx.core.Future;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Values of administrators in memory. */
public final class MemorySettings implements SettingsStore {
    public final Map<String, String> values = new TreeMap<>();
    public final List<String> audit = new ArrayList<>();
    public volatile boolean away;

    @Override
    public synchronized Future<List<Stored>> list() {
        if (away) return Future.failedFuture(new StoreAway(new IOException("away")));
        return Future.succeededFuture(values.entrySet().stream()
                .map(entry -> new Stored(entry.getKey(), entry.getValue(), "ada", 0))
                .toList());
    }

    @Override
    public synchronized Future<Optional<Failure>> change(
            Change change, String user, Function<Map<String, String>, Optional<Failure>> check) {
        if (away) return Future.failedFuture(new StoreAway(new IOException("away")));
        Map<String, String> after = change.of(values);
        Optional<Failure> refused = check.apply(after);
        if (refused.isPresent()) return Future.succeededFuture(refused);
        values.clear();
        values.putAll(after);
        change.values().forEach((key, value) -> audit.add(user + " " + key + " " + value.orElse("-")));
        return Future.succeededFuture(Optional.empty());
    }
}
