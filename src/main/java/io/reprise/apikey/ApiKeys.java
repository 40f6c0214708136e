package io.reprise.apikey;

import io.reprise.config.access.KeySettings;
import io.reprise.message.NodeMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.support.Current;
import io.reprise.support.IdSource;
import io.reprise.support.WallClock;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The API keys of a node: makes them, judges them, and counts their use. A removed key is refused at once; sockets that
 * were opened with it end within moments, and at the latest after {@code keys.flushMs}. Thread-safe.
 */
public final class ApiKeys {
    private static final Logger log = LoggerFactory.getLogger(ApiKeys.class);

    /** After this time without a request or a socket, a key need not be followed. */
    private static final long FORGOTTEN_MS = 60_000;

    private final Vertx vertx;
    private final ApiKeyStore store;
    private final Current<KeySettings> settings;
    private final IdSource ids;
    private final WallClock time;
    private final Map<String, KeyUse> uses = new ConcurrentHashMap<>();
    private long timer;
    private volatile boolean closed;

    public ApiKeys(Vertx vertx, ApiKeyStore store, Current<KeySettings> settings, IdSource ids, WallClock time) {
        this.vertx = vertx;
        this.store = store;
        this.settings = settings;
        this.ids = ids;
        this.time = time;
        vertx.eventBus()
                .<NodeMessage.KeyEnded>consumer(
                        Addresses.KEYS, message -> ended(message.body().key()));
        flushLater();
    }

    public KeySettings settings() {
        return settings.get();
    }

    /** Whether a bearer token is meant as an API key. */
    public static boolean isMeant(String token) {
        return token != null && token.startsWith(KeyText.PREFIX);
    }

    /**
     * What is wished for.
     *
     * @param roles of the user
     * @param expiresMs null: never
     */
    public record Wish(
            String user,
            String name,
            KeyScope scope,
            List<String> roles,
            List<String> agents,
            int perMinute,
            int perDay,
            Long expiresMs) {}

    /** A key with its text, which is not shown again. */
    public record WithText(ApiKey key, String text) {
        /** What is stored of its secret. */
        public byte[] hash() {
            return KeyText.parse(text).orElseThrow().hash();
        }
    }

    /** Empty if the user has as many keys as allowed. */
    public Future<Optional<WithText>> create(Wish wish) {
        WithText made = make(wish, ids, time);
        return store.add(made.key(), made.hash(), settings.get().perUserMax(), wish.user())
                .map(added -> added ? Optional.of(made) : Optional.empty());
    }

    /** A key that is not stored yet. */
    public static WithText make(Wish wish, IdSource ids, WallClock time) {
        String id = ids.next(KeyText.ID_PREFIX);
        List<String> roles = wish.scope() == KeyScope.ADMIN ? wish.roles() : List.of("user");
        ApiKey key = new ApiKey(
                id,
                wish.user(),
                wish.name(),
                wish.scope(),
                roles,
                wish.agents(),
                wish.perMinute(),
                wish.perDay(),
                new ApiKey.Times(time.nowMs(), wish.expiresMs(), null),
                0);
        return new WithText(key, KeyText.make(id).text());
    }

    public Future<List<ApiKey>> list(String user) {
        return store.list(user);
    }

    /**
     * Removes a key; false if there is none.
     *
     * @param user whose key it must be; null: anybody's
     */
    public Future<Boolean> remove(String key, String user, String by) {
        return store.remove(key, user, by).onSuccess(removed -> {
            if (removed) vertx.eventBus().publish(Addresses.KEYS, new NodeMessage.KeyEnded(key));
        });
    }

    // --- use

    /** What a text is. */
    public sealed interface Verdict {
        record Good(ApiKey key) implements Verdict {}

        record Expired() implements Verdict {}

        /** No key, or one that was removed. */
        record Bad() implements Verdict {}
    }

    /** Fails if the store is unavailable. */
    public Future<Verdict> judge(String text) {
        Optional<KeyText> parsed = KeyText.parse(text);
        if (parsed.isEmpty()) return Future.succeededFuture(new Verdict.Bad());
        return store.find(parsed.get().id()).map(found -> judged(parsed.get(), found));
    }

    private Verdict judged(KeyText given, Optional<ApiKeyStore.Stored> found) {
        if (!given.matches(found.map(ApiKeyStore.Stored::hash).orElse(null))) return new Verdict.Bad();
        ApiKey key = found.orElseThrow().key();
        long nowMs = time.nowMs();
        if (key.times().expiresMs() != null && key.times().expiresMs() <= nowMs) return new Verdict.Expired();
        use(key.id()).recorded(key.usedToday(), nowMs);
        return new Verdict.Good(key);
    }

    /** Counts a request of this day; false if the key has had as many as allowed. */
    public boolean takeToday(KeyGrant grant) {
        int perDay = least(grant.perDay(), settings.get().requestsPerDay());
        return use(grant.key()).take(perDay, time.nowMs());
    }

    /** Requests that a key may make in a minute; 0: no limit. */
    public int perMinute(KeyGrant grant) {
        return least(grant.perMinute(), settings.get().requestsPerMinute());
    }

    /** Of two limits, where 0 is none. */
    private static int least(int one, int other) {
        if (one == 0 || other == 0) return Math.max(one, other);
        return Math.min(one, other);
    }

    /** Milliseconds to the next day (UTC). */
    public long tomorrowMs() {
        long dayMs = 86_400_000;
        return dayMs - Math.floorMod(time.nowMs(), dayMs);
    }

    /** Whether a key was removed with which somebody is connected. Answers immediately; ask it regularly. */
    public boolean hasEnded(String key) {
        return use(key).hasEnded(time.nowMs());
    }

    private KeyUse use(String key) {
        return uses.computeIfAbsent(key, first -> new KeyUse());
    }

    private void ended(String key) {
        KeyUse use = uses.get(key);
        if (use != null) use.end();
    }

    private void flushLater() {
        if (closed) return;
        timer = vertx.setTimer(settings.get().flushMs(), due -> {
            // A flush that was under way may have set this timer while it was closed.
            if (!closed) flush().onComplete(done -> flushLater());
        });
    }

    /** Records the uses, and looks which of the keys in use were removed elsewhere. The future never fails. */
    Future<Void> flush() {
        long nowMs = time.nowMs();
        uses.values().removeIf(use -> use.isForgettable(nowMs, FORGOTTEN_MS));
        Map<String, Integer> pending = new HashMap<>();
        uses.forEach((key, use) -> {
            if (use.pending() > 0) pending.put(key, use.pending());
        });
        return record(pending)
                .compose(done -> look())
                .onFailure(cause -> log.atDebug().setCause(cause).log("the use of API keys was not recorded"))
                .otherwiseEmpty();
    }

    private Future<Void> record(Map<String, Integer> pending) {
        if (pending.isEmpty()) return Future.succeededFuture();
        return store.used(pending).map(today -> {
            pending.forEach((key, count) -> {
                Integer sum = today.get(key);
                KeyUse use = uses.get(key);
                if (use == null) return;
                if (sum == null) use.end();
                else use.flushed(count, sum, time.nowMs());
            });
            return null;
        });
    }

    private Future<Void> look() {
        Set<String> followed = Set.copyOf(uses.keySet());
        if (followed.isEmpty()) return Future.succeededFuture();
        return store.existing(followed).map(existing -> {
            followed.stream().filter(key -> !existing.contains(key)).forEach(this::ended);
            return null;
        });
    }

    /** Records what still waits, unless the database is away. */
    public Future<Void> close() {
        closed = true;
        vertx.cancelTimer(timer);
        return flush();
    }
}
