package io.reprise.model.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.support.OwnThread;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.support.Stopwatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PacerTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

    @Test
    void a_time_belongs_to_the_first_tick_that_is_not_before_it() {
        assertThat(Pacer.tickAfter(0)).isZero();
        assertThat(Pacer.tickAfter(1)).isEqualTo(1);
        assertThat(Pacer.tickAfter(5 * MS)).isEqualTo(1);
        assertThat(Pacer.tickAfter(5 * MS + 1)).isEqualTo(2);
    }

    @Test
    void everybody_is_woken_again_and_again_and_nobody_too_early() throws Exception {
        StopSignal stop = new StopSignal();
        List<OwnThread<Long>> all = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            long pause = (i % 7) * MS;
            all.add(OwnThread.start("sleeper", stop, own -> {
                Stopwatch watch = Stopwatch.started();
                for (int time = 0; time < 10; time++) Pacer.shared().sleep(pause, own);
                return watch.nanos() - 10 * pause;
            }));
        }

        for (OwnThread<Long> each : all) assertThat(each.await(PATIENCE)).isNotNegative();
    }

    @Test
    void a_stop_ends_a_long_wait() throws Exception {
        StopSignal stop = new StopSignal();
        CountDownLatch asleep = new CountDownLatch(1);
        OwnThread<Void> sleeper = OwnThread.start("sleeper", stop, own -> {
            asleep.countDown();
            Pacer.shared().sleep(TimeUnit.HOURS.toNanos(1), own);
            return null;
        });
        asleep.await();

        stop.stop(Reason.USER);

        assertThatThrownBy(() -> sleeper.await(PATIENCE))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(StoppedException.class);
    }
}
