package io.reprise.session;

import io.reprise.support.MonotonicClock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * Stores growing texts of all sessions at the same moments, so that they share statements. For one event loop.
 */
final class FlushTicks {
    private final ObjLongConsumer<Runnable> timers;
    private final MonotonicClock clock;
    private List<Runnable> waiting = new ArrayList<>();
    private long dueMs = Long.MAX_VALUE;

    /** @param timers runs a task after some milliseconds */
    FlushTicks(ObjLongConsumer<Runnable> timers, MonotonicClock clock) {
        this.timers = timers;
        this.clock = clock;
    }

    /** Runs the task at the next tick, at the latest after {@code ms}; ticks are multiples of {@code ms}. */
    void within(long ms, Runnable task) {
        waiting.add(task);
        long nowMs = clock.elapsedMs();
        long nextMs = nowMs - Math.floorMod(nowMs, ms) + ms;
        if (nextMs >= dueMs) return;
        dueMs = nextMs;
        timers.accept(this::tick, nextMs - nowMs);
    }

    private void tick() {
        dueMs = Long.MAX_VALUE;
        List<Runnable> due = waiting;
        waiting = new ArrayList<>(due.size());
        due.forEach(Runnable::run);
    }
}
