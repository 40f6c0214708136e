package io.reprise.store.account;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.account.SignInStore;
import io.reprise.account.SignInStore.NewSignIn;
import io.reprise.account.SignInStore.StoredSignIn;
import io.reprise.store.database.PgPool;
import io.reprise.store.postgres.StoreFixture;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PgSignInsIT {
    private static final long HOUR_MS = 3_600_000;

    private static StoreFixture fixture;
    private static SignInStore store;

    private final String id = UUID.randomUUID().toString();

    @BeforeAll
    static void open() {
        fixture = new StoreFixture();
        store = new PgSignIns(fixture.pool);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void a_stored_value_is_found_until_it_is_removed() {
        add(id, "ada", HOUR_MS);

        StoredSignIn found = find(id);
        assertThat(found.content()).containsExactly(1, 2, 3);
        assertThat(found.version()).isEqualTo(1);
        assertThat(found.resting()).isFalse();
        assertThat(found.leftMs()).isBetween(1L, HOUR_MS);

        await(store.remove(id));
        assertThat(await(store.find(id))).isEmpty();
    }

    @Test
    void one_of_many_may_refresh_a_version() {
        add(id, "ada", HOUR_MS);
        PgPool other = fixture.anotherPool();
        List<Future<Boolean>> claims = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            claims.add(new PgSignIns(i % 2 == 0 ? fixture.pool : other).claim(id, 1, HOUR_MS));
        }

        assertThat(claims.stream().filter(claim -> await(claim))).hasSize(1);
        await(other.close());
    }

    @Test
    void a_refresh_puts_the_next_version_in_place_and_lets_it_be_claimed() {
        add(id, "ada", HOUR_MS);
        await(store.claim(id, 1, HOUR_MS));

        assertThat(await(store.replace(id, 1, new byte[] {4}))).isTrue();

        assertThat(find(id).content()).containsExactly(4);
        assertThat(await(store.replace(id, 1, new byte[] {5})))
                .as("by somebody who is late")
                .isFalse();
        assertThat(await(store.claim(id, 1, HOUR_MS)))
                .as("of the version before")
                .isFalse();
        assertThat(await(store.claim(id, 2, HOUR_MS))).isTrue();
    }

    @Test
    void a_failed_refresh_is_not_retried_for_a_while() {
        add(id, "ada", HOUR_MS);
        await(store.claim(id, 1, HOUR_MS));

        await(store.rest(id, 1, HOUR_MS));
        assertThat(find(id).resting()).isTrue();
        assertThat(await(store.claim(id, 1, HOUR_MS))).isFalse();

        await(store.rest(id, 1, 0));
        assertThat(find(id).resting()).isFalse();
        assertThat(await(store.claim(id, 1, HOUR_MS))).isTrue();
        assertThat(find(id).resting()).as("somebody is at it").isFalse();
    }

    @Test
    void an_expired_entry_is_not_found_and_is_removed_with_the_next_one() throws Exception {
        String next = UUID.randomUUID().toString();
        add(id, "ada", 0);
        assertThat(await(store.find(id))).isEmpty();
        assertThat(await(store.claim(id, 1, HOUR_MS))).isFalse();

        add(next, "bob", HOUR_MS);

        assertThat(await(fixture.pool.run("SELECT id FROM sign_in WHERE id = $1", io.vertx.sqlclient.Tuple.of(id)))
                        .size())
                .isZero();
    }

    @Test
    void a_user_over_the_limit_loses_the_oldest_sign_in_and_other_users_none() {
        String user = "u" + id;
        String other = UUID.randomUUID().toString();
        add(other, "other" + id, HOUR_MS);
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ids.add(UUID.randomUUID().toString());
            await(store.add(new NewSignIn(ids.getLast(), user, new byte[] {1}, HOUR_MS), 2));
        }

        assertThat(ids.stream().filter(each -> await(store.find(each)).isPresent()))
                .containsExactly(ids.get(2), ids.get(3));
        assertThat(await(store.find(other))).isPresent();
    }

    private static void add(String id, String user, long lifeMs) {
        await(store.add(new NewSignIn(id, user, new byte[] {1, 2, 3}, lifeMs), 1_000));
    }

    private static StoredSignIn find(String id) {
        return await(store.find(id)).orElseThrow();
    }
}
