package io.reprise.store.postgres;

import static io.reprise.store.postgres.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.config.Settings;
import io.reprise.config.storage.ErasureSettings;
import io.reprise.session.erasure.PendingErasures.Pending;
import io.reprise.session.store.CreateOutcome;
import io.reprise.support.Current;
import io.reprise.testing.Patience;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PgErasuresIT {
    private static StoreFixture fixture;

    @BeforeAll
    static void connect() {
        fixture = new StoreFixture();
    }

    @AfterAll
    static void close() {
        fixture.close();
    }

    @BeforeEach
    void forget() {
        fixture.execute("DELETE FROM erasure");
    }

    @Test
    void a_recorded_erasure_is_due_until_it_succeeded_twice() {
        PgErasures erasures = erasures("redis", Map.of("retryMs", "10", "retryMaxMs", "10", "againMs", "10"));
        note(erasures, "s_1", 7);

        Pending first = awaitDue(erasures);
        assertThat(first).isEqualTo(new Pending("s_1", 7));
        assertThat(awaitDue(erasures)).isEqualTo(first);
        await(erasures.erased(first));
        assertThat(left()).isEqualTo("s_1 7");
        Pending second = awaitDue(erasures);
        await(erasures.erased(second));

        assertThat(left()).isEmpty();
    }

    @Test
    void a_retried_or_erased_entry_is_not_due_before_its_pause_is_over() {
        PgErasures slow = erasures("redis", Map.of("retryMs", "600000", "retryMaxMs", "600000", "againMs", "600000"));
        note(slow, "s_1", 7);
        assertThat(await(slow.due(10))).isEmpty();
        fixture.execute("UPDATE erasure SET due_at = now()");
        assertThat(await(slow.due(10))).hasSize(1);
        assertThat(await(slow.due(10))).isEmpty();
        await(slow.erased(new Pending("s_1", 7)));
        fixture.execute("UPDATE erasure SET due_at = now()");
        assertThat(await(slow.due(10))).hasSize(1);

        await(slow.erased(new Pending("s_1", 7)));

        assertThat(left()).as("the second time came too early to count").isEqualTo("s_1 7");
    }

    @Test
    void an_erasure_with_a_higher_limit_is_not_completed_by_an_earlier_one() {
        PgErasures erasures = erasures("redis", Map.of("againMs", "10"));
        note(erasures, "s_1", 7);
        await(erasures.erased(new Pending("s_1", 7)));
        note(erasures, "s_1", Long.MAX_VALUE);

        await(erasures.erased(new Pending("s_1", 7)));
        await(erasures.erased(new Pending("s_1", 7)));

        assertThat(left()).isEqualTo("s_1 " + Long.MAX_VALUE);
        assertThat(fixture.look("SELECT erased_at FROM erasure")).isNull();
    }

    @Test
    void changed_pauses_apply_to_the_next_recorded_erasure() {
        Current.Holder<ErasureSettings> settings =
                new Current.Holder<>(Settings.with(Map.of("erasures.retryMs", "10", "erasures.retryMaxMs", "600000"))
                        .erasures());
        PgErasures erasures = new PgErasures(fixture.pool, "redis", settings);

        settings.replace(Settings.with(Map.of("erasures.retryMs", "600000", "erasures.retryMaxMs", "600000"))
                .erasures());
        note(erasures, "s_1", 7);

        assertThat(fixture.look("SELECT due_at > now() + interval '5 min' FROM erasure"))
                .isEqualTo("t");
    }

    @Test
    void each_store_has_its_own_erasures_and_a_batch_has_its_limit() {
        PgErasures redis = erasures("redis", Map.of("retryMs", "10", "retryMaxMs", "600000"));
        for (int i = 0; i < 5; i++) note(redis, "s_" + i, i);
        fixture.execute("UPDATE erasure SET due_at = now()");

        assertThat(await(erasures("memory", Map.of()).due(10))).isEmpty();
        assertThat(await(redis.due(3))).hasSize(3);
    }

    /** Symptom: copies of a deleted session remained when the process died before the other store had erased them. */
    @Test
    void an_erasure_is_recorded_in_the_deleting_transaction_and_only_if_it_deleted_something() {
        PgErasures erasures = erasures("redis", Map.of());
        PgEventStore store = new PgEventStore(fixture.pool, List.of(erasures));
        long owner = await(store.takeShards("n_1", List.of(0))).get(0);
        assertThat(await(store.create(StoreFixture.newSession("s_gone", "ada", owner))))
                .isInstanceOf(CreateOutcome.Made.class);

        assertThat(await(store.erase("s_other", owner, null))).isFalse();
        assertThat(left()).isEmpty();
        assertThat(await(store.erase("s_gone", owner, null))).isTrue();

        assertThat(left()).isEqualTo("s_gone " + Long.MAX_VALUE);
    }

    private static PgErasures erasures(String store, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        settings.forEach((key, value) -> all.put("erasures." + key, value));
        return new PgErasures(
                fixture.pool, store, Current.always(Settings.with(all).erasures()));
    }

    private static void note(PgErasures erasures, String session, long upToSeq) {
        await(fixture.pool.inTransaction(
                connection -> erasures.note(connection, session, upToSeq).mapEmpty()));
    }

    private static Pending awaitDue(PgErasures erasures) {
        return await().atMost(Patience.LIMIT)
                .until(() -> await(erasures.due(10)), due -> !due.isEmpty())
                .getFirst();
    }

    private static String left() {
        return fixture.look("SELECT coalesce(string_agg(session_id || ' ' || up_to_seq, ', '), '') FROM erasure");
    }
}
