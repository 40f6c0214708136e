package io.reprise.model.demo;

import io.reprise.support.StopSignal;
import io.reprise.support.Stopwatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The clock of all voices: one thread that wakes, at each tick, everybody whose time has come. A timed wait of each
 * virtual thread by itself would wake the scheduler of the JDK for each piece, which cost more than the piece.
 */
final class Pacer {
    private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final Pacer SHARED = new Pacer();

    private final Stopwatch clock = Stopwatch.started();
    private final Queue<Sleeper> arriving = new ConcurrentLinkedQueue<>();
    private final Thread thread =
            Thread.ofPlatform().daemon().name("demo-pacer").start(this::tick);
    private volatile boolean idle;

    private Pacer() {}

    /** The pacer of this process; its thread sleeps while nobody waits. */
    static Pacer shared() {
        return SHARED;
    }

    /**
     * Waits for the time and at most a tick longer.
     *
     * @throws StopSignal.StoppedException at a stop that interrupts this thread
     */
    void sleep(long nanos, StopSignal stop) throws InterruptedException {
        Sleeper sleeper = new Sleeper(Thread.currentThread(), tickAfter(clock.nanos() + nanos));
        arriving.add(sleeper);
        if (idle) LockSupport.unpark(thread);
        while (!sleeper.woken) {
            LockSupport.park(this);
            stop.throwIfStopped();
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }

    /** The number of the first tick that is not before this time. */
    static long tickAfter(long nanos) {
        return Math.ceilDiv(nanos, TICK_NANOS);
    }

    private void tick() {
        TreeMap<Long, List<Sleeper>> byTick = new TreeMap<>();
        while (true) {
            idle = byTick.isEmpty();
            for (Sleeper next = arriving.poll(); next != null; next = arriving.poll()) {
                byTick.computeIfAbsent(next.tick, any -> new ArrayList<>()).add(next);
            }
            if (byTick.isEmpty()) {
                LockSupport.park(this);
                continue;
            }
            idle = false;
            long now = clock.nanos();
            wake(byTick.headMap(now / TICK_NANOS, true));
            LockSupport.parkNanos(this, TICK_NANOS - clock.nanos() % TICK_NANOS);
        }
    }

    private static void wake(Map<Long, List<Sleeper>> due) {
        due.values()
                .forEach(sleepers -> sleepers.forEach(sleeper -> {
                    sleeper.woken = true;
                    LockSupport.unpark(sleeper.thread);
                }));
        due.clear();
    }

    private static final class Sleeper {
        final Thread thread;
        final long tick;
        volatile boolean woken;

        Sleeper(Thread thread, long tick) {
            this.thread = thread;
            this.tick = tick;
        }
    }
}
