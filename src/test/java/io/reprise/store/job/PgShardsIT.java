package io.reprise.store.job;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.postgres.StoreFixture;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgShardsIT {
    private static final long LEASE_MS = 600_000;
    private static final List<Integer> SHARDS = List.of(0, 1, 2, 3);

    private static StoreFixture fixture;
    private PgShards shards;

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
        fixture.execute("DELETE FROM shard");
        shards = new PgShards(fixture.pool);
    }

    /** The clock of the database cannot be moved, but the stored times can. */
    private static void pass(long ms) {
        fixture.execute("UPDATE lease SET until = until - " + ms + " * interval '1 ms'");
        fixture.execute("UPDATE shard SET until = until - " + ms + " * interval '1 ms'");
    }

    @Test
    void shards_that_nobody_owns_are_taken_up_to_a_number() {
        Map<Integer, Long> one = await(shards.take("one", SHARDS, 3, LEASE_MS));
        Map<Integer, Long> two = await(shards.take("two", SHARDS, 3, LEASE_MS));

        assertThat(one).containsOnlyKeys(0, 1, 2);
        assertThat(two).containsOnlyKeys(3);
        assertThat(two.get(3)).isGreaterThan(Collections.max(one.values()));
    }

    @Test
    void a_shard_whose_time_is_over_is_taken_with_a_larger_number_and_not_renewed_by_its_former_owner() {
        Map<Integer, Long> one = await(shards.take("one", List.of(0), 1, LEASE_MS));
        pass(LEASE_MS + 1);

        Map<Integer, Long> two = await(shards.take("two", List.of(0), 1, LEASE_MS));

        assertThat(two.get(0)).isGreaterThan(one.get(0));
        assertThat(await(shards.renew(one, LEASE_MS))).isEmpty();
        assertThat(await(shards.renew(two, LEASE_MS))).containsExactly(0);
    }

    @Test
    void a_shard_whose_time_is_over_is_renewed_if_nobody_has_taken_it() {
        Map<Integer, Long> one = await(shards.take("one", SHARDS, 4, LEASE_MS));
        pass(LEASE_MS + 1);

        assertThat(await(shards.renew(one, LEASE_MS))).containsExactlyInAnyOrderElementsOf(SHARDS);
        assertThat(await(shards.take("two", SHARDS, 4, LEASE_MS))).isEmpty();
    }

    @Test
    void a_shard_that_was_given_back_is_free_and_cannot_be_renewed() {
        Map<Integer, Long> one = await(shards.take("one", List.of(0), 1, LEASE_MS));
        await(shards.release(one));

        assertThat(await(shards.renew(one, LEASE_MS))).isEmpty();
        Map<Integer, Long> two = await(shards.take("two", List.of(0), 1, LEASE_MS));
        await(shards.release(one));

        assertThat(await(shards.renew(two, LEASE_MS))).containsExactly(0);
    }

    @Test
    void nodes_live_until_their_time_is_over_or_they_leave() {
        assertThat(await(shards.live("one", LEASE_MS)).nodes()).containsExactly("one");
        assertThat(await(shards.live("one", LEASE_MS)).nextEndMs()).isEqualTo(-1);
        assertThat(await(shards.live("two", LEASE_MS)).nodes()).containsExactlyInAnyOrder("one", "two");
        assertThat(await(shards.live("two", LEASE_MS)).nextEndMs()).isBetween(1L, LEASE_MS);

        await(shards.leave("two"));
        assertThat(await(shards.live("one", LEASE_MS)).nodes()).containsExactly("one");

        await(shards.live("two", LEASE_MS));
        pass(LEASE_MS + 1);
        assertThat(await(shards.live("one", LEASE_MS)).nodes()).containsExactly("one");
    }
}
