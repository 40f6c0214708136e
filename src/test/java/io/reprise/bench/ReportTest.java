package io.reprise.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportTest {
    @Test
    void each_figure_has_its_ratio_to_the_last_run() {
        String last = "p50 2.0  p99 10.0  max 1,000.0 ms  (n=300)";
        String now = "p50 3.0  p99 5.0  max 1,500.0 ms  (n=60)";

        assertThat(Report.ratios(last, now)).isEqualTo("x1.50 x0.50 x1.50");
    }

    @Test
    void there_is_no_ratio_without_a_last_run_or_to_other_figures() {
        assertThat(Report.ratios(null, "p50 3.0 ms")).isEmpty();
        assertThat(Report.ratios("p50 3.0  p99 4.0 ms", "p50 3.0 ms")).isEmpty();
        assertThat(Report.ratios("0 lost", "1 lost")).isEqualTo("-");
    }
}
