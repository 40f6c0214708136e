package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.config.Settings;
import io.reprise.telemetry.PrometheusMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ErasuresTest {
    /** Pauses of 10, 20 and 40 ms fit, one of 80 does not. */
    private static final Map<String, String> PATIENCE =
            Map.of("store.waitMs", "149", "store.retryMs", "10", "store.retryMaxMs", "1000");

    private final Vertx vertx = Vertx.vertx();
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private int failures;

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        metrics.close();
    }

    @Test
    void a_store_that_answers_is_asked_once() {
        erasures().erase("s_1", 7);

        assertThat(asked).containsExactly("s_1 7");
        assertThat(metrics.text()).contains("reprise_erasures_failed_total 0.0");
    }

    @Test
    void a_store_that_is_away_is_asked_until_it_is_back() {
        failures = 3;

        erasures().erase("s_1", Long.MAX_VALUE);

        await().untilAsserted(() -> assertThat(asked).hasSize(4).containsOnly("s_1 " + Long.MAX_VALUE));
        assertThat(metrics.text()).contains("reprise_erasures_failed_total 0.0");
    }

    @Test
    void a_store_that_stays_away_is_given_up_and_counted() {
        failures = 1_000;

        erasures().erase("s_1", 7);

        await().untilAsserted(() -> assertThat(metrics.text()).contains("reprise_erasures_failed_total 1.0"));
        assertThat(asked).hasSize(4);
    }

    private Erasures erasures() {
        Erasure store = (session, upToSeq) -> {
            asked.add(session + " " + upToSeq);
            return asked.size() > failures ? Future.succeededFuture() : Future.failedFuture("away");
        };
        return new Erasures(vertx, store, Settings.with(PATIENCE).store(), metrics.metrics());
    }
}
