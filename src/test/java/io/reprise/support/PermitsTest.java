package io.reprise.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PermitsTest {
    @Test
    void each_user_and_the_node_have_a_limit() {
        Permits permits = new Permits(Current.always(3), Current.always(2));

        assertThat(permits.take("ada")).isTrue();
        assertThat(permits.take("ada")).isTrue();
        assertThat(permits.take("ada")).as("of one user").isFalse();
        assertThat(permits.take("bob")).isTrue();
        assertThat(permits.take("eve")).as("of all").isFalse();
        permits.giveBack("ada");
        assertThat(permits.take("eve")).isTrue();
        permits.giveBack("bob");
        assertThat(permits.take("ada")).isTrue();
    }

    @Test
    void threads_that_take_and_give_back_never_have_more_than_there_are() throws InterruptedException {
        Permits permits = new Permits(Current.always(3), Current.always(2));
        AtomicInteger taken = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch begin = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String user = "user " + i % 3;
            threads.add(Thread.startVirtualThread(() -> {
                awaited(begin);
                for (int round = 0; round < 2_000; round++) {
                    if (!permits.take(user)) continue;
                    most.accumulateAndGet(taken.incrementAndGet(), Math::max);
                    Thread.yield();
                    taken.decrementAndGet();
                    permits.giveBack(user);
                }
            }));
        }
        begin.countDown();
        for (Thread thread : threads) thread.join();

        assertThat(most.get()).isBetween(1, 3);
        for (String user : List.of("user 0", "user 1", "user 2"))
            assertThat(permits.take(user)).isTrue();
        assertThat(permits.take("user 3")).isFalse();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
