package io.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class StopSignalTest {
    private final StopSignal signal = new StopSignal();
    private final AtomicInteger heard = new AtomicInteger();

    @Test
    void only_the_first_stop_counts() {
        signal.onStop(heard::incrementAndGet);

        assertThat(signal.stop(Reason.USER)).isTrue();
        assertThat(signal.stop(Reason.TIME_LIMIT)).isFalse();

        assertThat(signal.reason()).isEqualTo(Reason.USER);
        assertThat(heard).hasValue(1);
        assertThatThrownBy(signal::throwIfStopped).isInstanceOf(StoppedException.class);
    }

    @Test
    void a_listener_added_after_the_stop_runs_immediately() {
        signal.stop(Reason.USER);

        signal.onStop(heard::incrementAndGet);

        assertThat(heard).hasValue(1);
    }

    @Test
    void a_removed_listener_does_not_run() {
        signal.onStop(heard::incrementAndGet).remove();

        signal.stop(Reason.USER);

        assertThat(heard).hasValue(0);
    }

    @Test
    void a_failing_listener_does_not_affect_the_others() {
        for (int i = 0; i < 10; i++) {
            signal.onStop(() -> {
                heard.incrementAndGet();
                throw new IllegalStateException("broken");
            });
        }

        assertThatThrownBy(() -> signal.stop(Reason.USER)).isInstanceOf(IllegalStateException.class);

        assertThat(heard).hasValue(10);
    }

    @Test
    void a_child_signal_stops_with_its_parent_but_not_vice_versa() {
        StopSignal child = signal.child();
        StopSignal other = signal.child();
        StopSignal detached = signal.child();
        detached.detach();

        child.stop(Reason.TIME_LIMIT);
        assertThat(signal.isStopped()).isFalse();

        signal.stop(Reason.USER);
        assertThat(child.reason()).isEqualTo(Reason.TIME_LIMIT);
        assertThat(other.reason()).isEqualTo(Reason.USER);
        assertThat(signal.child().reason()).isEqualTo(Reason.USER);
        assertThat(detached.isStopped()).isFalse();
    }

    @Test
    void a_stop_ends_every_wait() throws InterruptedException {
        List<Thread> waiting = new ArrayList<>();
        waiting.add(Thread.ofVirtual().start(() -> wait(() -> signal.await())));
        waiting.add(Thread.ofVirtual().start(() -> wait(() -> signal.sleep(TimeUnit.HOURS.toNanos(1)))));
        for (Thread thread : waiting) while (!isWaiting(thread)) Thread.onSpinWait();

        signal.stop(Reason.USER);

        for (Thread thread : waiting) thread.join();
        assertThat(heard).hasValue(2);
    }

    @Test
    void a_wait_without_a_stop_ends_with_its_time() throws InterruptedException {
        assertThat(signal.await(1)).isFalse();
        signal.sleep(1);
    }

    @Test
    void work_on_its_own_thread_is_interrupted_by_the_stop_however_early() throws Exception {
        for (int round = 0; round < 200; round++) {
            StopSignal parent = new StopSignal();
            Thread stopper = Thread.ofVirtual().start(() -> parent.stop(Reason.USER));
            OwnThread<String> work = OwnThread.start("work", parent, stop -> {
                try {
                    Thread.sleep(60_000);
                    return "slept";
                } catch (InterruptedException e) {
                    return "interrupted";
                }
            });

            assertThat(work.await(TimeUnit.SECONDS.toNanos(120))).isEqualTo("interrupted");
            stopper.join();
        }
    }

    /**
     * Listeners are added and removed while several threads stop: each that stayed is called once, a removed one at
     * most once.
     */
    @Test
    void in_any_interleaving_a_listener_is_called_exactly_once() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("StopSignalTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) race(random);
    }

    private static void race(Random random) throws Exception {
        StopSignal signal = new StopSignal();
        int listeners = 4;
        CyclicBarrier together = new CyclicBarrier(listeners + 2);
        AtomicInteger first = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        List<AtomicInteger> heard = new ArrayList<>();
        for (int i = 0; i < listeners; i++) {
            AtomicInteger mine = new AtomicInteger();
            heard.add(mine);
            int spins = random.nextInt(200);
            boolean leaves = i == 0;
            boolean ofChild = i == 1;
            threads.add(Thread.ofPlatform().start(() -> {
                begin(together, spins);
                StopSignal.Registration registration =
                        (ofChild ? signal.child() : signal).onStop(mine::incrementAndGet);
                if (leaves) registration.remove();
            }));
        }
        for (int i = 0; i < 2; i++) {
            int spins = random.nextInt(200);
            threads.add(Thread.ofPlatform().start(() -> {
                begin(together, spins);
                if (signal.stop(Reason.USER)) first.incrementAndGet();
            }));
        }
        for (Thread thread : threads) thread.join();

        assertThat(first).hasValue(1);
        assertThat(heard.getFirst().get()).isBetween(0, 1);
        assertThat(heard.subList(1, listeners)).allMatch(count -> count.get() == 1);
    }

    private static void begin(CyclicBarrier together, int spins) {
        try {
            together.await();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        for (int i = 0; i < spins; i++) Thread.onSpinWait();
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING;
    }

    private void wait(Wait wait) {
        try {
            wait.run();
            heard.incrementAndGet();
        } catch (StoppedException e) {
            heard.incrementAndGet();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Wait {
        void run() throws InterruptedException;
    }
}
