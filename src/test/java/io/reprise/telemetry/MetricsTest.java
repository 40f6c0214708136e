package io.reprise.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final PrometheusMetrics prometheus = new PrometheusMetrics();
    private final Metrics metrics = prometheus.metrics();

    @AfterEach
    void close() {
        prometheus.close();
    }

    @Test
    void gauges_of_open_items_go_up_and_down() {
        metrics.connected();
        metrics.connected();
        metrics.disconnected("4008");
        metrics.runStarted();
        metrics.runStarted();
        metrics.runStarted();
        metrics.runEnded("user", "error", "timeout", 20);
        metrics.runLeft();

        assertThat(prometheus.text())
                .contains("reprise_connections 1.0", "reprise_connections_closed_total{code=\"4008\"} 1.0")
                .contains("reprise_runs_active 1.0");
    }

    @Test
    void times_are_seconds_with_bounds_that_can_be_alarmed_on() {
        metrics.append("stored", TimeUnit.MILLISECONDS.toNanos(3));

        assertThat(prometheus.text())
                .contains("reprise_append_seconds_bucket{outcome=\"stored\",le=\"0.002\"} 0")
                .contains("reprise_append_seconds_bucket{outcome=\"stored\",le=\"0.005\"} 1")
                .contains("reprise_append_seconds_sum{outcome=\"stored\"} 0.003");
    }

    @Test
    void an_absent_label_is_an_empty_one() {
        metrics.verdict("replay", null);
        metrics.verdict("reset", "epoch");

        assertThat(prometheus.text())
                .contains("reprise_attach_verdicts_total{mode=\"replay\",reason=\"\"} 1.0")
                .contains("reprise_attach_verdicts_total{mode=\"reset\",reason=\"epoch\"} 1.0");
    }

    @Test
    void a_gauge_reads_its_value_at_each_scrape() {
        long[] level = {1};
        metrics.level("reprise.example", "An example", () -> level[0]);
        assertThat(prometheus.text()).contains("reprise_example 1.0");

        level[0] = 2;

        assertThat(prometheus.text()).contains("reprise_example 2.0");
    }
}
