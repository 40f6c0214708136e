package io.reprise.store.account;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.PgPool;
import io.reprise.store.postgres.StoreFixture;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PgSecretsIT {
    private static StoreFixture fixture;

    @BeforeAll
    static void open() {
        fixture = new StoreFixture();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Test
    void a_secret_is_created_once_and_never_changes() {
        byte[] first = await(new PgSecrets(fixture.pool).obtain("signing", 32));

        byte[] again = await(new PgSecrets(fixture.pool).obtain("signing", 32));

        assertThat(first).hasSize(32);
        assertThat(again).isEqualTo(first);
    }

    @Test
    void servers_that_start_at_the_same_moment_agree() {
        PgPool other = fixture.anotherPool();
        List<Future<byte[]>> asked = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            asked.add(new PgSecrets(i % 2 == 0 ? fixture.pool : other).obtain("shared", 32));
        }

        byte[] first = await(asked.getFirst());

        assertThat(asked).allSatisfy(secret -> assertThat(await(secret)).isEqualTo(first));
        await(other.close());
    }

    @Test
    void secrets_of_different_names_differ() {
        PgSecrets secrets = new PgSecrets(fixture.pool);

        assertThat(await(secrets.obtain("one", 32))).isNotEqualTo(await(secrets.obtain("two", 32)));
    }
}
