package io.reprise.apikey;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class KeyUseTest {
    private static final long DAY_MS = Duration.ofDays(1).toMillis();
    private static final long NOON_MS = 20_000 * DAY_MS + DAY_MS / 2;

    private final KeyUse use = new KeyUse();

    @Test
    void requests_above_the_limit_of_the_day_are_refused_until_the_next_day() {
        use.recorded(2, NOON_MS);

        assertThat(use.take(3, NOON_MS)).isTrue();
        assertThat(use.take(3, NOON_MS + 1)).isFalse();
        assertThat(use.take(3, NOON_MS + DAY_MS)).isTrue();
        assertThat(use.take(0, NOON_MS)).as("without a limit").isTrue();
    }

    @Test
    void what_is_recorded_is_not_counted_twice() {
        use.take(0, NOON_MS);
        use.take(0, NOON_MS);

        use.flushed(1, 7, NOON_MS);

        assertThat(use.pending()).isEqualTo(1);
        assertThat(use.take(8, NOON_MS)).isFalse();
        assertThat(use.take(9, NOON_MS)).isTrue();
    }

    @Test
    void a_key_that_has_ended_stays_ended() {
        use.take(0, NOON_MS);
        use.end();
        use.recorded(0, NOON_MS);

        assertThat(use.hasEnded(NOON_MS)).isTrue();
        assertThat(use.pending()).isZero();
    }

    @Test
    void a_key_is_forgotten_when_nobody_has_used_it_for_a_while_and_nothing_is_pending() {
        use.take(0, NOON_MS);
        assertThat(use.isForgettable(NOON_MS + 11, 10))
                .as("with a pending request")
                .isFalse();
        use.flushed(1, 1, NOON_MS);

        assertThat(use.isForgettable(NOON_MS + 10, 10)).isFalse();
        assertThat(use.isForgettable(NOON_MS + 11, 10)).isTrue();
        use.hasEnded(NOON_MS + 11);
        assertThat(use.isForgettable(NOON_MS + 12, 10))
                .as("with an open socket")
                .isFalse();
    }
}
