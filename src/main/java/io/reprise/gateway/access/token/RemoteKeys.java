package io.reprise.gateway.access.token;

import io.reprise.config.access.JwtSettings;
import io.reprise.config.key.TokenKey;
import io.reprise.support.MonotonicClock;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that an identity provider publishes, for one event loop. They are fetched again when they are old, in the
 * background, and when a token names an unknown one or none verifies it (the provider may have rotated them), but never
 * more often than {@code retryMs} allows. A provider that does not answer leaves the last keys good for {@code outageMs} more.
 */
final class RemoteKeys implements KeySource {
    private static final Logger log = LoggerFactory.getLogger(RemoteKeys.class);

    /** Tokens that may wait for one fetch. */
    private static final int WAITING_MAX = 1_000;

    private static final long AGAIN_MS_MIN = 1_000;

    /** An outage is logged when it begins, and then once per this number of attempts. */
    private static final int FAILURES_PER_LINE = 30;

    private final Supplier<Future<List<TokenKey>>> fetch;
    private final JwtSettings.Jwks settings;
    private final MonotonicClock clock;
    private List<TokenKey> keys = List.of();
    private long keysMs;
    private long nextFetchMs;
    private Future<Boolean> fetching;
    private int waiting;
    private int failures;

    /**
     * @param fetch answers or fails within its own limit of time
     * @param clock of durations
     */
    RemoteKeys(Supplier<Future<List<TokenKey>>> fetch, JwtSettings.Jwks settings, MonotonicClock clock) {
        this.fetch = fetch;
        this.settings = settings;
        this.clock = clock;
        this.nextFetchMs = clock.elapsedMs();
    }

    @Override
    public Future<Lookup> find(TokenHead head) {
        List<TokenKey> known = suiting(head);
        if (!known.isEmpty()) {
            if (ageMs() >= settings.keepMs()) refresh();
            return Future.succeededFuture(new Lookup.Found(known));
        }
        if (fetching == null && clock.elapsedMs() < nextFetchMs || waiting >= WAITING_MAX) return away();
        waiting++;
        return refresh().compose(fetched -> {
            waiting--;
            List<TokenKey> now = suiting(head);
            return fetched || !now.isEmpty() ? Future.succeededFuture(new Lookup.Found(now)) : away();
        });
    }

    /** A provider may replace a key with the same id, or publish keys without ids. */
    @Override
    public Future<List<TokenKey>> newer(TokenHead head) {
        if (fetching == null && clock.elapsedMs() < nextFetchMs || waiting >= WAITING_MAX) {
            return Future.succeededFuture(List.of());
        }
        waiting++;
        return refresh().map(fetched -> {
            waiting--;
            return fetched ? suiting(head) : List.of();
        });
    }

    /** Keys that have not expired, or that are still valid because no newer ones are available. */
    private List<TokenKey> suiting(TokenHead head) {
        if (ageMs() >= (long) settings.keepMs() + settings.outageMs()) return List.of();
        return keys.stream()
                .filter(key -> KeyFit.fits(key, head.algorithm()))
                .filter(key -> head.keyId() == null || Objects.equals(key.id(), head.keyId()))
                .toList();
    }

    private long ageMs() {
        return clock.elapsedMs() - keysMs;
    }

    private Future<Lookup> away() {
        return Future.succeededFuture(new Lookup.Away(Math.max(AGAIN_MS_MIN, nextFetchMs - clock.elapsedMs())));
    }

    /** Fetches, unless a fetch is under way or it is too early; answers whether the keys are new. Never fails. */
    Future<Boolean> refresh() {
        if (fetching != null) return fetching;
        if (clock.elapsedMs() < nextFetchMs) return Future.succeededFuture(false);
        nextFetchMs = clock.elapsedMs() + settings.retryMs();
        Future<Boolean> mine = fetch.get().transform(fetched -> {
            fetching = null;
            if (fetched.succeeded()) came(fetched.result());
            else failed(fetched.cause());
            return Future.succeededFuture(fetched.succeeded());
        });
        if (!mine.isComplete()) fetching = mine;
        return mine;
    }

    private void came(List<TokenKey> fresh) {
        if (failures > 0) log.atInfo().addKeyValue("failures", failures).log("identity provider is available again");
        failures = 0;
        keys = List.copyOf(fresh);
        keysMs = clock.elapsedMs();
        log.atDebug().addKeyValue("keys", keys.size()).log("identity provider keys fetched");
    }

    private void failed(Throwable cause) {
        if (failures++ % FAILURES_PER_LINE != 0) return;
        long leftMs = keys.isEmpty() ? 0 : Math.max(0, (long) settings.keepMs() + settings.outageMs() - ageMs());
        log.atWarn()
                .addKeyValue("cause", cause.getMessage())
                .addKeyValue("failures", failures)
                .addKeyValue("keysGoodForMs", leftMs)
                .log("fetching identity provider keys failed");
    }
}
