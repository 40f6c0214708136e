package io.reprise.push;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PushAnswerTest {
    private static final long NOW_MS = 1_700_000_000_000L;

    @Test
    void a_subscription_that_is_gone_is_told_from_refusals_and_from_what_may_succeed_later() {
        assertThat(PushAnswer.of(201)).isEqualTo(PushAnswer.ACCEPTED);
        assertThat(PushAnswer.of(404)).isEqualTo(PushAnswer.GONE);
        assertThat(PushAnswer.of(410)).isEqualTo(PushAnswer.GONE);
        assertThat(PushAnswer.of(429)).isEqualTo(PushAnswer.LATER);
        assertThat(PushAnswer.of(503)).isEqualTo(PushAnswer.LATER);
        assertThat(PushAnswer.of(403)).isEqualTo(PushAnswer.REFUSED);
        assertThat(PushAnswer.of(302)).isEqualTo(PushAnswer.REFUSED);
    }

    @Test
    void a_pause_is_in_seconds_or_ends_at_a_time() {
        assertThat(PushAnswer.pauseMs("120", NOW_MS)).isEqualTo(120_000);
        assertThat(PushAnswer.pauseMs("Tue, 14 Nov 2023 22:14:20 GMT", NOW_MS)).isEqualTo(60_000);
        assertThat(PushAnswer.pauseMs("Tue, 14 Nov 2023 20:00:00 GMT", NOW_MS)).isZero();
        for (String nothing : new String[] {null, "", "soon", "-1", "99999999999999999999"}) {
            assertThat(PushAnswer.pauseMs(nothing, NOW_MS)).as(nothing).isZero();
        }
    }
}
