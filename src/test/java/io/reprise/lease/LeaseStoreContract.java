package io.reprise.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The contract of all stores of leases. Time passes only when a test says so. */
public abstract class LeaseStoreContract {
    private static final long TTL_MS = 60_000;
    private static final String NAME = "job.sweep";

    protected abstract LeaseStore store();

    /** Lets this much of the store's time pass. */
    protected abstract void pass(long ms);

    @Test
    void one_owner_at_a_time() {
        Lease ada = take("ada").orElseThrow();

        assertThat(ada).isEqualTo(new Lease(NAME, "ada", ada.number(), TTL_MS));
        assertThat(take("bob")).isEmpty();
        assertThat(take("ada"))
                .as("not even by the owner, who may have died and come back")
                .isEmpty();
        assertThat(await(store().take("job.other", "bob", TTL_MS))).isPresent();
    }

    @Test
    void another_node_takes_over_within_the_time_to_live_after_its_holder_died() {
        Lease ada = take("ada").orElseThrow();
        // Some of the time passes while the database works; the tests of real stores leave a tenth for that.
        pass(TTL_MS * 9 / 10);
        Optional<Lease> early = take("bob");
        pass(TTL_MS / 10);

        Lease bob = take("bob").orElseThrow();

        assertThat(early).isEmpty();
        assertThat(bob.number()).isGreaterThan(ada.number());
        assertThat(await(store().renew(ada))).isFalse();
        assertThat(await(store().renew(bob))).isTrue();
    }

    @Test
    void a_renewal_restarts_the_time_of_a_lease() {
        Lease ada = take("ada").orElseThrow();
        pass(TTL_MS * 9 / 10);

        assertThat(await(store().renew(ada))).isTrue();

        pass(TTL_MS * 9 / 10);
        assertThat(take("bob")).isEmpty();
        pass(TTL_MS / 10);
        assertThat(take("bob")).isPresent();
    }

    @Test
    void a_late_renewal_counts_if_nobody_has_taken_it() {
        Lease ada = take("ada").orElseThrow();
        pass(TTL_MS * 2);

        assertThat(await(store().renew(ada))).isTrue();
        assertThat(take("bob")).isEmpty();
    }

    @Test
    void a_released_lease_is_free_immediately_and_an_old_owner_releases_nothing() {
        Lease ada = take("ada").orElseThrow();
        await(store().release(ada));
        Lease bob = take("bob").orElseThrow();

        await(store().release(ada));

        assertThat(await(store().renew(ada))).isFalse();
        assertThat(await(store().renew(bob))).isTrue();
        assertThat(bob.number()).isGreaterThan(ada.number());
    }

    private Optional<Lease> take(String owner) {
        return await(store().take(NAME, owner, TTL_MS));
    }

    public static <T> T await(Future<T> future) {
        try {
            return future.await(120, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("no answer", e);
        }
    }
}
