package io.reprise.account;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.reprise.account.McpSignInStore.Key;
import io.reprise.account.McpSignInStore.Listed;
import io.reprise.account.McpSignInStore.Stored;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every store of sign-ins to MCP servers does. */
public abstract class McpSignInStoreContract {
    private static final long HOUR_MS = 3_600_000;

    private final String user = UUID.randomUUID().toString();
    private final Key key = new Key(UUID.randomUUID().toString(), user, "house");

    protected abstract McpSignInStore store();

    @Test
    void a_sign_in_under_way_is_taken_once() {
        String state = UUID.randomUUID().toString();
        await(store().begin(key, state, new byte[] {1}, HOUR_MS));

        assertThat(await(store().take(state))).hasValueSatisfying(begun -> {
            assertThat(begun.key()).isEqualTo(key);
            assertThat(begun.attempt()).containsExactly(1);
        });
        assertThat(await(store().take(state))).isEmpty();
    }

    @Test
    void a_second_sign_in_replaces_the_first_one_and_no_tokens() {
        String first = UUID.randomUUID().toString();
        String second = UUID.randomUUID().toString();
        await(store().keep(key, new byte[] {7}));
        await(store().begin(key, first, new byte[] {1}, HOUR_MS));
        await(store().begin(key, second, new byte[] {2}, HOUR_MS));

        assertThat(await(store().take(first))).isEmpty();
        assertThat(await(store().take(second))).isPresent();
        assertThat(found().secret()).containsExactly(7);
    }

    @Test
    void tokens_are_replaced_by_whoever_read_the_newest() {
        await(store().keep(key, new byte[] {1}));
        long version = found().version();

        assertThat(await(store().replace(key, version, new byte[] {2}))).isTrue();
        assertThat(await(store().replace(key, version, new byte[] {3})))
                .as("late")
                .isFalse();

        assertThat(found().secret()).containsExactly(2);
        assertThat(found().version()).isEqualTo(version + 1);
    }

    @Test
    void tokens_that_are_not_accepted_any_more_are_dropped_unless_they_are_new() {
        await(store().keep(key, new byte[] {1}));
        long version = found().version();
        await(store().keep(key, new byte[] {2}));

        await(store().drop(key, version));
        assertThat(found().secret()).containsExactly(2);

        await(store().drop(key, found().version()));
        assertThat(await(store().find(key))).isEmpty();
        assertThat(await(store().remove(key))).isFalse();
    }

    /**
     * Symptom: two nodes renewed the same tokens. The authorization server accepted the first one; the second one was refused
     * and dropped the tokens before the first one had stored what follows them, which was then lost.
     */
    @Test
    void tokens_that_follow_those_that_were_dropped_are_kept_unless_the_person_signed_in_again() {
        await(store().keep(key, new byte[] {1}));
        long version = found().version();
        await(store().drop(key, version));

        assertThat(await(store().replace(key, version, new byte[] {2}))).isTrue();
        assertThat(found().secret()).containsExactly(2);
        assertThat(found().version()).isEqualTo(version + 1);
        assertThat(await(store().list(user))).extracting(Listed::server).containsExactly(key.server());

        long next = found().version();
        await(store().drop(key, next));
        await(store().keep(key, new byte[] {3}));
        assertThat(await(store().replace(key, next, new byte[] {4}))).as("late").isFalse();
        assertThat(found().secret()).containsExactly(3);
    }

    @Test
    void sign_ins_with_tokens_exist_and_are_listed_until_they_are_removed() {
        Key other = new Key(UUID.randomUUID().toString(), user, "office");
        await(store().keep(key, new byte[] {1}));
        await(store().begin(other, UUID.randomUUID().toString(), new byte[] {1}, HOUR_MS));

        assertThat(await(store().existing(List.of(key.id(), other.id(), "unknown"))))
                .containsExactly(key.id());
        assertThat(await(store().list(user))).extracting(Listed::server).containsExactly("house");

        assertThat(await(store().remove(key))).isTrue();
        assertThat(await(store().remove(key))).isFalse();
        assertThat(await(store().existing(List.of(key.id())))).isEmpty();
        assertThat(await(store().list(user))).isEmpty();
    }

    @Test
    void the_people_who_have_signed_in_to_a_server_are_counted() {
        String server = UUID.randomUUID().toString();
        Key hers = new Key(UUID.randomUUID().toString(), user, server);
        Key his = new Key(UUID.randomUUID().toString(), UUID.randomUUID().toString(), server);
        await(store().begin(hers, UUID.randomUUID().toString(), new byte[] {1}, HOUR_MS));
        assertThat(await(store().people(List.of(server)))).containsOnly(entry(server, 0));

        await(store().keep(hers, new byte[] {1}));
        await(store().keep(his, new byte[] {1}));
        assertThat(await(store().people(List.of(server, "other")))).containsOnly(entry(server, 2), entry("other", 0));

        await(store().remove(hers));
        assertThat(await(store().people(List.of(server)))).containsEntry(server, 1);
    }

    private Stored found() {
        return await(store().find(key)).orElseThrow();
    }
}
