package io.reprise.store.hook;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.postgres.StoreFixture;
import io.reprise.support.Page;
import io.reprise.webhook.WebhookStore;
import io.reprise.webhook.WebhookStore.Change;
import io.reprise.webhook.WebhookStore.Due;
import io.reprise.webhook.WebhookStore.Failed;
import io.reprise.webhook.WebhookStore.NewWebhook;
import io.reprise.webhook.WebhookStore.Told;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which deliveries are sent when, and what a result changes. */
class PgWebhooksIT {
    private static final int HOUR_MS = 3_600_000;

    private static StoreFixture fixture;
    private static WebhookStore store;

    @BeforeAll
    static void open() {
        fixture = new StoreFixture();
        store = new PgWebhooks(fixture.pool);
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @BeforeEach
    void three_deliveries_are_due() {
        fixture.execute("DELETE FROM webhook");
        await(store.add(
                new NewWebhook("wh_1", "ada", "mine", "https://x.org", List.of("run.ended"), new byte[] {1}), 9));
        for (int i = 1; i <= 3; i++) {
            fixture.execute(
                    "INSERT INTO webhook_delivery (id, webhook_id, event, data, next_at, created_at) VALUES ('wd_" + i
                            + "', 'wh_1', 'run.ended', '{}', now() - interval '1 s', now() - interval '10 s' + interval '1 s' * "
                            + i
                            + ")");
        }
    }

    @Test
    void a_delivery_is_taken_once_and_again_when_its_lease_is_over() {
        assertThat(ids(await(store.take(2, HOUR_MS)))).containsExactly("wd_1", "wd_2");
        assertThat(ids(await(store.take(2, HOUR_MS)))).containsExactly("wd_3");
        assertThat(await(store.take(2, HOUR_MS))).isEmpty();

        fixture.execute("UPDATE webhook_delivery SET leased_until = now() WHERE id = 'wd_1'");

        Due again = await(store.take(2, HOUR_MS)).getFirst();
        assertThat(again.id()).isEqualTo("wd_1");
        assertThat(again.attempt()).isEqualTo(2);
    }

    @Test
    void deliveries_come_in_pages_the_newest_first() {
        Page<Told> first = await(store.told("wh_1", null, 2));
        Page<Told> second = await(store.told("wh_1", first.cursor(), 2));

        assertThat(first.rows()).extracting(Told::id).containsExactly("wd_3", "wd_2");
        assertThat(second.rows()).extracting(Told::id).containsExactly("wd_1");
        assertThat(second.cursor()).isNull();
        assertThat(await(store.told("wh_1", "wd_other", 2)).rows()).isEmpty();
    }

    @Test
    void the_result_of_an_attempt_that_was_repeated_does_not_count() {
        Due first = await(store.take(1, 0)).getFirst();
        Due second = await(store.take(1, HOUR_MS)).getFirst();
        assertThat(second.id()).isEqualTo(first.id());

        await(store.failed(first, failed(20, 20)));
        assertThat(told("wd_1").error()).isNull();
        await(store.delivered(second, 200, 7));
        await(store.failed(second, failed(20, 20)));

        assertThat(told("wd_1").status()).isEqualTo("delivered");
        assertThat(await(store.find("ada", "wh_1")).orElseThrow().failures()).isZero();
    }

    @Test
    void after_a_failure_the_others_wait_for_the_result_of_one_attempt() {
        Due first = await(store.take(1, HOUR_MS)).getFirst();

        assertThat(await(store.failed(first, failed(20, 20)))).isFalse();

        assertThat(await(store.take(3, HOUR_MS))).as("nothing is due").isEmpty();
        assertThat(told("wd_1").nextMs())
                .isLessThan(told("wd_2").nextMs())
                .isLessThan(told("wd_3").nextMs());
        assertThat(await(store.find("ada", "wh_1")).orElseThrow().failures()).isOne();

        fixture.execute("UPDATE webhook_delivery SET next_at = now() WHERE id = 'wd_1'");
        Due again = await(store.take(3, HOUR_MS)).getFirst();
        await(store.delivered(again, 204, 7));

        assertThat(ids(await(store.take(3, HOUR_MS))))
                .as("the others are released")
                .containsExactlyInAnyOrder("wd_2", "wd_3");
        assertThat(await(store.find("ada", "wh_1")).orElseThrow().failures()).isZero();
    }

    @Test
    void a_delivery_is_given_up_after_its_last_attempt() {
        await(store.failed(await(store.take(1, HOUR_MS)).getFirst(), failed(1, 20)));

        assertThat(told("wd_1").status()).isEqualTo("failed");
        assertThat(told("wd_1").httpStatus()).isEqualTo(500);
        assertThat(told("wd_2").status()).isEqualTo("pending");
    }

    @Test
    void too_many_failures_in_a_row_switch_the_webhook_off_until_it_is_switched_on() {
        assertThat(await(store.failed(await(store.take(1, HOUR_MS)).getFirst(), failed(20, 2))))
                .isFalse();
        fixture.execute("UPDATE webhook_delivery SET next_at = now()");
        assertThat(await(store.failed(await(store.take(1, HOUR_MS)).getFirst(), failed(20, 2))))
                .isTrue();
        await(store.park("wh_1"));

        assertThat(await(store.find("ada", "wh_1")).orElseThrow().failedOff()).isTrue();
        assertThat(List.of(
                        told("wd_1").status(),
                        told("wd_2").status(),
                        told("wd_3").status()))
                .containsOnly("parked");
        assertThat(await(store.change("bob", "wh_1", new Change(null, null, null, true, null))))
                .isEmpty();

        await(store.change("ada", "wh_1", new Change(null, null, null, true, null)));
        await(store.park("wh_1"));

        assertThat(await(store.find("ada", "wh_1")).orElseThrow().failures()).isZero();
        assertThat(ids(await(store.take(9, HOUR_MS)))).containsExactlyInAnyOrder("wd_1", "wd_2", "wd_3");
    }

    @Test
    void the_oldest_of_too_many_that_wait_are_given_up() {
        Failed failed = new Failed(500, "It answered 500.", 7, HOUR_MS, HOUR_MS, 20, 20, 2);

        await(store.failed(await(store.take(1, HOUR_MS)).getFirst(), failed));

        assertThat(told("wd_1").status()).isEqualTo("failed");
        assertThat(told("wd_2").status()).isEqualTo("pending");
        assertThat(told("wd_3").status()).isEqualTo("pending");
    }

    /** A test says nothing about whether other deliveries arrive. */
    @Test
    void a_test_is_tried_once_and_counts_as_nothing() {
        fixture.execute("DELETE FROM webhook_delivery");
        assertThat(await(store.ping("bob", "wh_1", "wd_9"))).isFalse();
        assertThat(await(store.ping("ada", "wh_1", "wd_9"))).isTrue();

        assertThat(await(store.failed(await(store.take(1, HOUR_MS)).getFirst(), failed(20, 1))))
                .isFalse();

        assertThat(told("wd_9").status()).isEqualTo("failed");
        assertThat(await(store.find("ada", "wh_1")).orElseThrow().enabled()).isTrue();
    }

    private static Failed failed(int attemptsMax, int failuresMax) {
        return new Failed(500, "It answered 500.", 7, HOUR_MS, HOUR_MS, attemptsMax, failuresMax, 1_000);
    }

    private static Set<String> ids(List<Due> found) {
        return found.stream().map(Due::id).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Told told(String id) {
        return await(store.told("wh_1", null, 10)).rows().stream()
                .filter(one -> one.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
