package io.reprise.store.job;

import io.reprise.lease.LeaseStore;
import io.reprise.lease.LeaseStoreContract;
import io.reprise.store.postgres.StoreFixture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

class PgLeasesIT extends LeaseStoreContract {
    private static StoreFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new StoreFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @BeforeEach
    void begin() {
        fixture.execute("DELETE FROM lease");
    }

    @Override
    protected LeaseStore store() {
        return new PgLeases(fixture.pool);
    }

    /** The clock of the database cannot be moved, but the stored times can. */
    @Override
    protected void pass(long ms) {
        fixture.execute("UPDATE lease SET until = until - " + ms + " * interval '1 ms'");
    }
}
