package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.Settings;
import io.reprise.support.MonotonicClock;
import org.junit.jupiter.api.Test;

class WarmUpTest {
    @Test
    void every_round_makes_a_frame_of_each_event_and_pages_of_the_whole_conversation() {
        WarmUp warmUp = new WarmUp(Settings.defaults(), MonotonicClock.system());

        int frames = warmUp.round();

        assertThat(frames).isGreaterThan(210); // 10 runs of 21 events, and the pages
        assertThat(warmUp.round()).isEqualTo(frames);
    }
}
