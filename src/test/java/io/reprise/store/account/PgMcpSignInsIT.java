package io.reprise.store.account;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.account.McpSignInStore;
import io.reprise.account.McpSignInStore.Key;
import io.reprise.account.McpSignInStoreContract;
import io.reprise.store.postgres.StoreFixture;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PgMcpSignInsIT extends McpSignInStoreContract {
    private static StoreFixture fixture;

    @BeforeAll
    static void open() {
        fixture = new StoreFixture();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @Override
    protected McpSignInStore store() {
        return new PgMcpSignIns(fixture.pool);
    }

    @Test
    void a_sign_in_whose_time_is_over_cannot_be_taken() {
        String state = UUID.randomUUID().toString();
        await(store().begin(new Key(UUID.randomUUID().toString(), "ada", "house"), state, new byte[] {1}, 0));

        assertThat(await(store().take(state))).isEmpty();
    }
}
