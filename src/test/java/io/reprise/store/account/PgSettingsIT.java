package io.reprise.store.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Failure;
import io.reprise.reload.SettingsStore.Change;
import io.reprise.reload.SettingsStore.Stored;
import io.reprise.store.postgres.StoreFixture;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PgSettingsIT {
    private final StoreFixture fixture = new StoreFixture();
    private final PgSettings store = new PgSettings(fixture.pool);

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void values_are_kept_with_who_has_set_them_and_the_audit_log_tells_each_change() {
        change(Map.of("run.stepsMax", Optional.of("40"), "run.timeMs", Optional.of("20000")));
        change(Map.of("run.stepsMax", Optional.of("50"), "run.timeMs", Optional.of("20000")));
        change(Map.of("run.timeMs", Optional.empty(), "run.toolMs", Optional.empty()));

        assertThat(await(store.list())).singleElement().satisfies(stored -> {
            assertThat(stored).returns("run.stepsMax", Stored::key).returns("50", Stored::value);
            assertThat(stored.by()).isEqualTo("ada");
            assertThat(stored.atMs()).isPositive();
        });
        assertThat(
                        fixture.look(
                                "SELECT string_agg(user_id || ' ' || action || ' ' || target || ' ' || detail, '; ' ORDER BY id) FROM audit"))
                .isEqualTo("ada setting.changed run.stepsMax {\"to\":\"40\"}; ada setting.changed run.timeMs"
                        + " {\"to\":\"20000\"}; ada setting.changed run.stepsMax {\"from\":\"40\",\"to\":\"50\"};"
                        + " ada setting.changed run.timeMs {\"from\":\"20000\"}");
    }

    @Test
    void a_refused_change_leaves_everything_as_it_was() {
        change(Map.of("run.stepsMax", Optional.of("40")));
        List<Stored> before = await(store.list());

        Optional<Failure> refused = await(store.change(
                new Change(Map.of("run.stepsMax", Optional.of("1"), "run.timeMs", Optional.of("1"))), "ada", values -> {
                    assertThat(values).containsOnly(Map.entry("run.stepsMax", "1"), Map.entry("run.timeMs", "1"));
                    return Optional.of(Failure.badRequest("no"));
                }));

        assertThat(refused).isPresent();
        assertThat(await(store.list())).isEqualTo(before);
        assertThat(fixture.look("SELECT count(*)::text FROM audit")).isEqualTo("1");
    }

    /** Each is allowed only as long as the other is not there: without an order, both would be. */
    @Test
    void changes_of_several_nodes_are_decided_one_after_the_other() {
        PgSettings other = new PgSettings(fixture.anotherPool());
        for (int round = 0; round < 20; round++) {
            change(Map.of("a", Optional.empty(), "b", Optional.empty()));
            List<Future<Optional<Failure>>> both = new ArrayList<>();
            both.add(store.change(new Change(Map.of("a", Optional.of("1"))), "ada", PgSettingsIT::onlyOne));
            both.add(other.change(new Change(Map.of("b", Optional.of("1"))), "bob", PgSettingsIT::onlyOne));

            assertThat(both.stream().map(PgSettingsIT::await).filter(Optional::isEmpty))
                    .hasSize(1);
            assertThat(await(store.list())).hasSize(1);
        }
    }

    private static Optional<Failure> onlyOne(Map<String, String> values) {
        return values.size() > 1 ? Optional.of(Failure.badRequest("one only")) : Optional.empty();
    }

    private void change(Map<String, Optional<String>> values) {
        assertThat(await(store.change(new Change(values), "ada", all -> Optional.empty())))
                .isEmpty();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
