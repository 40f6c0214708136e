package io.reprise.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BreakerTest {
    private final AtomicLong nowMs = new AtomicLong();
    private final Breaker breaker = new Breaker(3, 1_000, nowMs::get);

    @Test
    void after_several_time_outs_in_a_row_a_store_is_skipped_which_is_logged_once() {
        assertThat(breaker.silent()).isFalse();
        assertThat(breaker.silent()).isFalse();
        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.silent()).isTrue();

        assertThat(breaker.admits()).isFalse();
        assertThat(breaker.silent()).isFalse();
    }

    @Test
    void an_answer_in_between_resets_the_count() {
        for (int i = 0; i < 5; i++) {
            breaker.silent();
            breaker.silent();
            assertThat(breaker.answered()).isFalse();
        }

        assertThat(breaker.admits()).isTrue();
    }

    @Test
    void one_request_at_a_time_is_let_through_after_a_while() {
        for (int i = 0; i < 3; i++) breaker.silent();
        nowMs.set(999);
        assertThat(breaker.admits()).isFalse();

        nowMs.set(1_000);

        assertThat(breaker.admits()).isTrue();
        assertThat(breaker.admits()).isFalse();
        nowMs.set(2_000);
        assertThat(breaker.admits()).as("the one before was lost").isTrue();
    }

    @Test
    void an_answer_of_the_probe_lets_all_other_requests_through() {
        for (int i = 0; i < 3; i++) breaker.silent();
        nowMs.set(1_000);
        breaker.admits();

        assertThat(breaker.answered()).isTrue();

        assertThat(breaker.answered()).isFalse();
        assertThat(breaker.admits()).isTrue();
    }
}
