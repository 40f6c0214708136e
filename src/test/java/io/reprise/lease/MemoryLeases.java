package io.reprise.lease;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Leases in memory, by the clock of a test. */
public final class MemoryLeases implements LeaseStore {
    private final LongSupplier nowMs;
    private final Map<String, Row> rows = new HashMap<>();
    private long numbers;

    private record Row(Lease lease, long untilMs) {}

    public MemoryLeases(LongSupplier nowMs) {
        this.nowMs = nowMs;
    }

    @Override
    public synchronized Future<Optional<Lease>> take(String name, String owner, long ttlMs) {
        Row held = rows.get(name);
        if (held != null && held.untilMs() > nowMs.getAsLong()) return Future.succeededFuture(Optional.empty());
        Lease lease = new Lease(name, owner, ++numbers, ttlMs);
        rows.put(name, new Row(lease, nowMs.getAsLong() + ttlMs));
        return Future.succeededFuture(Optional.of(lease));
    }

    @Override
    public synchronized Future<Boolean> renew(Lease lease) {
        Row held = rows.get(lease.name());
        if (held == null || !held.lease().equals(lease)) return Future.succeededFuture(false);
        rows.put(lease.name(), new Row(lease, nowMs.getAsLong() + lease.ttlMs()));
        return Future.succeededFuture(true);
    }

    @Override
    public synchronized Future<Void> release(Lease lease) {
        Row held = rows.get(lease.name());
        if (held != null && held.lease().equals(lease)) rows.remove(lease.name());
        return Future.succeededFuture();
    }
}
