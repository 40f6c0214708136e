package io.reprise.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.support.Current;
import org.junit.jupiter.api.Test;

class WarningsTest {
    private long nowMs = 5;
    private final Warnings warnings = new Warnings(Current.always(100), () -> nowMs);

    @Test
    void of_each_subject_one_is_due_within_the_pause_and_the_next_says_how_many_were_left_out() {
        assertThat(warnings.due("a")).isZero();
        assertThat(warnings.due("a")).isEqualTo(-1);
        assertThat(warnings.due("b")).isZero();
        nowMs += 99;
        assertThat(warnings.due("a")).isEqualTo(-1);
        nowMs += 1;
        assertThat(warnings.due("a")).isEqualTo(2);
        assertThat(warnings.due("a")).isEqualTo(-1);
    }

    @Test
    void more_subjects_than_it_remembers_share_one_pause() {
        for (int i = 0; i < 1_000; i++) warnings.due("subject " + i);

        assertThat(warnings.due("another")).isZero();
        assertThat(warnings.due("one more")).isEqualTo(-1);
    }
}
