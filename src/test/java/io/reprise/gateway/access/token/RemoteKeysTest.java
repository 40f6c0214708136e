package io.reprise.gateway.access.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import io.reprise.config.access.JwtSettings;
import io.reprise.config.key.TokenKey;
import io.reprise.gateway.access.token.KeySource.Lookup;
import io.reprise.testing.Signed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a provider's keys are fetched, and what is answered meanwhile. */
class RemoteKeysTest {
    private static final JwtSettings.Jwks SETTINGS = new JwtSettings.Jwks(60_000, 10_000, 300_000, 5_000);
    private static final TokenKey FIRST = key("first");
    private static final TokenKey SECOND = key("second");

    private final List<Promise<List<TokenKey>>> fetches = new ArrayList<>();
    private long nowMs = 1_000_000;
    private final RemoteKeys keys = new RemoteKeys(this::fetch, SETTINGS, () -> nowMs);

    @Test
    void tokens_that_come_before_the_keys_wait_for_the_one_fetch() {
        Future<Lookup> one = find("first");
        Future<Lookup> two = find("first");
        assertThat(fetches).hasSize(1);
        assertThat(one.isComplete()).isFalse();

        fetches.getFirst().complete(List.of(FIRST));

        assertThat(one.result()).isEqualTo(new Lookup.Found(List.of(FIRST)));
        assertThat(two.result()).isEqualTo(new Lookup.Found(List.of(FIRST)));
        assertThat(find("first").isComplete()).isTrue();
        assertThat(fetches).hasSize(1);
    }

    @Test
    void a_key_that_is_unknown_is_asked_for_because_it_may_be_new() {
        fetched(FIRST);
        nowMs += 10_000;

        Future<Lookup> second = find("second");
        fetches.getLast().complete(List.of(SECOND));

        assertThat(second.result()).isEqualTo(new Lookup.Found(List.of(SECOND)));
        assertThat(found("first")).as("withdrawn").isFalse();
    }

    @Test
    void unknown_keys_do_not_make_fetches_more_frequent_than_the_limit() {
        fetched(FIRST);
        int before = fetches.size();

        for (int i = 0; i < 10_000; i++) {
            nowMs += 10;
            Future<Lookup> answer = find("garbage-" + i);
            Promise<List<TokenKey>> latest = fetches.getLast();
            if (!latest.future().isComplete()) latest.complete(List.of(FIRST));
            assertThat(answer.isComplete()).isTrue();
            assertThat(found("first")).isTrue();
        }

        assertThat(fetches.size() - before).isBetween(9, 11);
    }

    @Test
    void between_two_fetches_an_unknown_key_may_be_reported_later() {
        fetched(FIRST);
        nowMs += 4_000;

        assertThat(find("second").result()).isEqualTo(new Lookup.Away(6_000));
    }

    @Test
    void keys_are_fetched_no_more_often_than_the_limit_and_nobody_waits_without_a_fetch() {
        fetched(FIRST);
        assertThat(newer("first").result()).as("too early").isEmpty();
        assertThat(fetches).hasSize(1);
        nowMs += 10_000;

        Future<List<TokenKey>> one = newer("first");
        Future<List<TokenKey>> two = newer("first");
        assertThat(one.isComplete()).isFalse();
        TokenKey again = key("first");
        fetches.getLast().complete(List.of(again));

        assertThat(one.result()).containsExactly(again);
        assertThat(two.result()).containsExactly(again);
        assertThat(fetches).hasSize(2);
        nowMs += 10_000;
        Future<List<TokenKey>> failed = newer("first");
        failAll();
        assertThat(failed.result()).isEmpty();
    }

    @Test
    void old_keys_are_renewed_in_the_background() {
        fetched(FIRST);
        nowMs += 60_000;

        assertThat(find("first").result()).isEqualTo(new Lookup.Found(List.of(FIRST)));
        assertThat(fetches).hasSize(2);
        assertThat(find("first").isComplete())
                .as("while the provider takes its time")
                .isTrue();
        assertThat(fetches).hasSize(2);

        fetches.getLast().complete(List.of(SECOND));
        assertThat(found("second")).isTrue();
    }

    @Test
    void during_an_outage_the_last_keys_are_valid_for_a_limited_time() {
        fetched(FIRST);

        for (int elapsedMs = 0; elapsedMs < 360_000; elapsedMs += 5_000) {
            assertThat(found("first")).as("after " + elapsedMs).isTrue();
            failAll();
            nowMs += 5_000;
        }
        Future<Lookup> late = find("first");
        failAll();
        assertThat(late.result()).isInstanceOf(Lookup.Away.class);

        // and it recovers
        nowMs += 10_000;
        Future<Lookup> next = find("first");
        fetches.getLast().complete(List.of(FIRST));
        assertThat(next.result()).isEqualTo(new Lookup.Found(List.of(FIRST)));
    }

    @Test
    void without_keys_tokens_are_answered_unavailable() {
        Future<Lookup> first = find("first");
        failAll();
        assertThat(first.result()).isEqualTo(new Lookup.Away(10_000));
        nowMs += 9_999;
        assertThat(find("first").result()).isEqualTo(new Lookup.Away(1_000));
        assertThat(fetches).hasSize(1);

        nowMs += 1;
        Future<Lookup> again = find("first");
        fetches.getLast().complete(List.of(FIRST));
        assertThat(again.result()).isEqualTo(new Lookup.Found(List.of(FIRST)));
    }

    @Test
    void the_number_of_tokens_that_wait_for_a_slow_provider_is_limited() {
        for (int i = 0; i < 1_000; i++) assertThat(find("first").isComplete()).isFalse();

        assertThat(find("first").result()).isInstanceOf(Lookup.Away.class);
        fetches.getLast().complete(List.of(FIRST));
        assertThat(found("first")).isTrue();
    }

    private Future<List<TokenKey>> fetch() {
        Promise<List<TokenKey>> promise = Promise.promise();
        fetches.add(promise);
        return promise.future();
    }

    private void fetched(TokenKey key) {
        keys.refresh();
        fetches.getLast().complete(List.of(key));
    }

    private void failAll() {
        fetches.forEach(fetch -> fetch.tryFail("away"));
    }

    private boolean found(String kid) {
        return find(kid).result() instanceof Lookup.Found found && !found.keys().isEmpty();
    }

    private Future<Lookup> find(String kid) {
        return keys.find(head(kid));
    }

    private Future<List<TokenKey>> newer(String kid) {
        return keys.newer(head(kid));
    }

    private static TokenHead head(String kid) {
        return new TokenHead("ES256", kid, false);
    }

    private static TokenKey key(String kid) {
        return Signed.published(Signed.ec(Curve.P_256, kid)).getFirst();
    }
}
