package io.reprise.session.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.telemetry.PrometheusMetrics;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ErasuresTest {
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final List<String> asked = new ArrayList<>();
    private final List<PendingErasures.Pending> due = new ArrayList<>();
    private final List<PendingErasures.Pending> done = new ArrayList<>();
    private String away = "";

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void an_immediate_erasure_is_recorded_as_done() {
        erasures().erase("s_1", 7);

        assertThat(asked).containsExactly("s_1 7");
        assertThat(done).containsExactly(new PendingErasures.Pending("s_1", 7));
        assertThat(metrics.text()).contains("reprise_erasures_failed_total 0.0");
    }

    @Test
    void a_failed_erasure_stays_pending_and_is_counted() {
        away = "s_1";

        erasures().erase("s_1", 7);

        assertThat(done).isEmpty();
        assertThat(metrics.text()).contains("reprise_erasures_failed_total 1.0");
    }

    @Test
    void a_failed_erasure_does_not_affect_others() {
        away = "s_2";
        for (int i = 1; i <= 3; i++) due.add(new PendingErasures.Pending("s_" + i, i));

        Future<Erasures.Tried> tried = erasures().eraseDue(10);

        assertThat(tried.result()).isEqualTo(new Erasures.Tried(3, 2));
        assertThat(asked).containsExactly("s_1 1", "s_2 2", "s_3 3");
        assertThat(done).containsExactly(due.get(0), due.get(2));
    }

    private Erasures erasures() {
        Erasure store = (session, upToSeq) -> {
            asked.add(session + " " + upToSeq);
            return session.equals(away) ? Future.failedFuture("away") : Future.succeededFuture();
        };
        PendingErasures pending = new PendingErasures() {
            @Override
            public Future<Boolean> isAnyDue() {
                return Future.succeededFuture(!due.isEmpty());
            }

            @Override
            public Future<List<Pending>> due(int limit) {
                return Future.succeededFuture(due);
            }

            @Override
            public Future<Void> erased(Pending one) {
                done.add(one);
                return Future.succeededFuture();
            }
        };
        return new Erasures(List.of(new Erasures.Copies(store, pending)), metrics.metrics());
    }
}
