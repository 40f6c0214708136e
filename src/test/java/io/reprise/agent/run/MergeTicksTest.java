package io.reprise.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.FakeLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When the runs of an agent send merged text. */
class MergeTicksTest {
    private final FakeLoop loop = new FakeLoop();
    private final AtomicInteger widened = new AtomicInteger();
    private final MergeTicks ticks = new MergeTicks(loop, widened::incrementAndGet);
    private final List<Long> times = new ArrayList<>();

    private EventLoop.Timer next() {
        return next(1);
    }

    private EventLoop.Timer next(int readers) {
        return ticks.next(25, 45, readers, () -> times.add(loop.nowMs()));
    }

    @Test
    void runs_that_begin_at_different_times_send_together() {
        next();
        loop.advance(10);
        next();
        loop.advance(10);
        next();

        loop.advance(25);

        assertThat(times).hasSize(3).containsOnly(1_025L);
    }

    @Test
    void with_few_runs_text_is_sent_after_the_shortest_time() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < MergeTicks.CALM_FRAMES; i++) next();
            loop.advance(25);
        }

        assertThat(times).containsOnly(1_025L, 1_050L, 1_075L);
        assertThat(widened).hasValue(0);
    }

    @Test
    void many_runs_send_after_the_longest_time_from_the_second_tick_on() {
        for (int i = 0; i < MergeTicks.BUSY_FRAMES; i++) next();
        loop.advance(25);
        times.clear();

        for (int i = 0; i < MergeTicks.BUSY_FRAMES; i++) next();
        loop.advance(44);
        assertThat(times).isEmpty();
        loop.advance(1);

        assertThat(times).hasSize(MergeTicks.BUSY_FRAMES).containsOnly(1_070L);
        assertThat(widened).hasValue(1);
    }

    @Test
    void a_run_with_many_readers_sends_after_the_longest_time_from_the_second_tick_on() {
        next(MergeTicks.BUSY_FRAMES);
        loop.advance(25);
        next(MergeTicks.BUSY_FRAMES);
        loop.advance(45);

        assertThat(times).containsExactly(1_025L, 1_070L);
        assertThat(widened).hasValue(1);
    }

    @Test
    void a_run_that_nobody_reads_counts_like_one_with_a_reader() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < MergeTicks.BUSY_FRAMES; i++) next(0);
            loop.advance(45);
        }

        assertThat(times.getLast()).isEqualTo(1_090L);
    }

    @Test
    void the_time_is_the_shortest_again_when_few_runs_are_left() {
        for (int i = 0; i < MergeTicks.BUSY_FRAMES; i++) next();
        loop.advance(25);
        next();
        loop.advance(45);
        times.clear();

        next();
        loop.advance(25);

        assertThat(times).containsExactly(1_095L);
    }

    @Test
    void a_run_with_a_shorter_time_does_not_wait_for_others() {
        ticks.next(100, 100, 1, () -> times.add(loop.nowMs()));

        next();
        loop.advance(25);

        assertThat(times).hasSize(2).containsOnly(1_025L);
    }

    @Test
    void a_cancelled_action_does_not_run_and_the_others_do() {
        EventLoop.Timer gone = next();
        next();

        gone.cancel();
        loop.advance(25);

        assertThat(times).hasSize(1);
    }
}
