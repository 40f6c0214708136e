package io.reprise.lease;

import io.reprise.support.MonotonicClock;
import io.vertx.core.Future;
import java.util.Optional;

/**
 * A lease in the hands of its owner, who asks {@link #isHeld} before each step and calls {@link #renew} every {@link
 * #renewMs}. Its time counts from the moment at which the last successful request was sent, so it is over here before
 * it is over in the store, however slow the answers are. For one event loop.
 */
public final class HeldLease {
    /** Two renewals in a row may fail before the lease is over. */
    private static final int RENEWALS_PER_TTL = 3;

    private final LeaseStore store;
    private final Lease lease;
    private final MonotonicClock clock;
    private long validUntilMs;
    private boolean lost;

    private HeldLease(LeaseStore store, Lease lease, MonotonicClock clock, long sentMs) {
        this.store = store;
        this.lease = lease;
        this.clock = clock;
        this.validUntilMs = sentMs + lease.ttlMs();
    }

    /** Takes a lease; empty if somebody else holds it. */
    public static Future<Optional<HeldLease>> take(
            LeaseStore store, String name, String owner, long ttlMs, MonotonicClock clock) {
        long sentMs = clock.elapsedMs();
        return store.take(name, owner, ttlMs)
                .map(taken -> taken.map(lease -> new HeldLease(store, lease, clock, sentMs)));
    }

    public Lease lease() {
        return lease;
    }

    /** Whether nobody else can have taken it over yet. */
    public boolean isHeld() {
        return !lost && clock.elapsedMs() < validUntilMs;
    }

    /** Time between two renewals. */
    public long renewMs() {
        return Math.max(1, lease.ttlMs() / RENEWALS_PER_TTL);
    }

    /** Renews it. False if it is lost for good; a failed future changes nothing. */
    public Future<Boolean> renew() {
        long sentMs = clock.elapsedMs();
        return store.renew(lease).map(renewed -> {
            if (renewed) validUntilMs = Math.max(validUntilMs, sentMs + lease.ttlMs());
            else lost = true;
            return renewed;
        });
    }

    /** Gives it back, so that nobody has to wait for its end. */
    public Future<Void> release() {
        lost = true;
        return store.release(lease);
    }
}
