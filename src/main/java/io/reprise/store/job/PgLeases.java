package io.reprise.store.job;

import io.reprise.lease.Lease;
import io.reprise.lease.LeaseStore;
import io.reprise.store.database.PgPool;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** Leases in PostgreSQL, by its clock. The clock is read while the row is locked, so it is never behind a take-over. */
public final class PgLeases implements LeaseStore {
    private final PgPool pool;

    public PgLeases(PgPool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Optional<Lease>> take(String name, String owner, long ttlMs) {
        return pool.run("""
                        INSERT INTO lease AS held (name, owner, number, until)
                        VALUES ($1, $2, nextval('lease_number'), clock_timestamp() + $3 * interval '1 ms')
                        ON CONFLICT (name) DO UPDATE
                        SET owner = excluded.owner, number = nextval('lease_number'),
                            until = clock_timestamp() + $3 * interval '1 ms'
                        WHERE held.until <= clock_timestamp()
                        RETURNING number""", Tuple.of(name, owner, ttlMs))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(
                                new Lease(name, owner, rows.iterator().next().getLong("number"), ttlMs)));
    }

    @Override
    public Future<Boolean> renew(Lease lease) {
        return pool.run("""
                        UPDATE lease SET until = clock_timestamp() + $3 * interval '1 ms'
                        WHERE name = $1 AND number = $2""", Tuple.of(lease.name(), lease.number(), lease.ttlMs()))
                .map(rows -> rows.rowCount() == 1);
    }

    @Override
    public Future<Void> release(Lease lease) {
        return pool.run("DELETE FROM lease WHERE name = $1 AND number = $2", Tuple.of(lease.name(), lease.number()))
                .mapEmpty();
    }
}
