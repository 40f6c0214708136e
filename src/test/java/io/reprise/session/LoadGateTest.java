package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.session.LoadGate.Lane;
import io.reprise.telemetry.PrometheusMetrics;
import io.reprise.testing.Seed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LoadGateTest {
    private final PrometheusMetrics metrics = new PrometheusMetrics();
    private final List<String> started = new ArrayList<>();
    private final List<Promise<String>> underWay = new ArrayList<>();
    private final List<String> answered = new ArrayList<>();
    private int failed;
    private int most;

    @AfterEach
    void close() {
        metrics.close();
    }

    /**
     * In any order of calls: never more than the limit at once, each once, each lane in its order, every call answered.
     */
    @Test
    void any_order_of_entering_and_answering_keeps_the_rules() {
        Random random = Seed.random("the gate of loads");
        for (int round = 0; round < 300; round++) {
            started.clear();
            answered.clear();
            most = 0;
            int atOnce = 1 + random.nextInt(6);
            LoadGate gate = new LoadGate(atOnce, 1_000, metrics.metrics());
            int entered = 0;
            while (entered < 200 || !underWay.isEmpty()) {
                if (entered < 200 && random.nextInt(3) > 0) {
                    Lane lane = Lane.values()[random.nextInt(2)];
                    enter(gate, lane, lane + " " + "%03d".formatted(entered++), random.nextInt(10) == 0);
                } else if (!underWay.isEmpty()) {
                    underWay.remove(random.nextInt(underWay.size())).complete("");
                }
            }

            assertThat(most).isLessThanOrEqualTo(atOnce);
            assertThat(started).hasSize(200).doesNotHaveDuplicates();
            assertThat(answered).hasSize(200);
            for (Lane lane : Lane.values()) {
                assertThat(started.stream().filter(name -> name.startsWith(lane.name())))
                        .isSorted();
            }
            assertThat(metrics.text()).contains("reprise_loads_waiting 0.0");
        }
    }

    @Test
    void the_lanes_take_turns() {
        LoadGate gate = new LoadGate(1, 1_000, metrics.metrics());
        IntStream.range(0, 100).forEach(i -> enter(gate, Lane.BACKGROUND, "b" + i, false));
        IntStream.range(0, 3).forEach(i -> enter(gate, Lane.PEOPLE, "p" + i, false));

        while (!underWay.isEmpty()) underWay.removeFirst().complete("");

        assertThat(started.subList(0, 7)).containsSubsequence("b0", "p0", "b1", "p1", "b2", "p2");
        assertThat(started).hasSize(103);
    }

    @Test
    void when_a_store_does_not_answer_waiting_requests_fail_immediately() {
        LoadGate gate = new LoadGate(2, 1_000, metrics.metrics());
        IntStream.range(0, 100).forEach(i -> enter(gate, Lane.values()[i % 2], "s" + i, false));

        underWay.removeFirst().fail("away");
        int afterOne = failed;
        underWay.removeFirst().fail("away");

        assertThat(afterOne).isEqualTo(1);
        assertThat(failed).isGreaterThanOrEqualTo(99);
        assertThat(started).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void a_load_that_throws_frees_its_place() {
        LoadGate gate = new LoadGate(1, 1_000, metrics.metrics());
        Future<String> broken = gate.enter(Lane.PEOPLE, "s1", () -> {
            throw new IllegalStateException("a fault");
        });
        Future<String> next = gate.enter(Lane.PEOPLE, "s2", () -> Future.succeededFuture("here"));

        assertThat(broken.failed()).isTrue();
        assertThat(next.result()).isEqualTo("here");
    }

    private void enter(LoadGate gate, Lane lane, String name, boolean atOnce) {
        gate.enter(lane, name, () -> {
                    started.add(name);
                    if (atOnce) return Future.succeededFuture("");
                    Promise<String> answer = Promise.promise();
                    underWay.add(answer);
                    most = Math.max(most, underWay.size());
                    return answer.future();
                })
                .onComplete(done -> {
                    answered.add(name);
                    if (done.failed()) failed++;
                });
    }
}
