package io.reprise.agent.run;

import java.util.ArrayList;
import java.util.List;

/**
 * The moments at which the runs of an agent send the text that they have merged. All runs send at the same moments, so
 * that their batches are handled together. The more runs write at the same time, the longer they merge: that costs a
 * reader a few milliseconds, and the server much less work. For one event loop.
 */
public final class MergeTicks {
    /** Up to this many runs merge for the shortest time. */
    static final int CALM_RUNS = 8;

    /** From this many runs on, they merge for the longest time. */
    static final int BUSY_RUNS = 64;

    private final EventLoop loop;
    private final Runnable widened;
    private List<Waiting> waiting = new ArrayList<>();
    private EventLoop.Timer timer;
    private long dueMs;
    private int runs;

    /** @param widened called when runs merge for longer than the shortest time, at most once per tick */
    public MergeTicks(EventLoop loop, Runnable widened) {
        this.loop = loop;
        this.widened = widened;
    }

    private static final class Waiting implements EventLoop.Timer {
        private Runnable action;

        Waiting(Runnable action) {
            this.action = action;
        }

        @Override
        public void cancel() {
            action = () -> {};
        }
    }

    /**
     * Runs {@code action} at the next tick, which comes after at most the longest time.
     *
     * @param shortestMs time for which few runs merge, at least 1
     * @param longestMs time for which many runs merge; not less than {@code shortestMs}
     */
    EventLoop.Timer next(int shortestMs, int longestMs, Runnable action) {
        Waiting mine = new Waiting(action);
        waiting.add(mine);
        int widthMs = widthMs(shortestMs, longestMs);
        if (timer == null || loop.nowMs() + widthMs < dueMs) arm(widthMs, widthMs > shortestMs);
        return mine;
    }

    private int widthMs(int shortestMs, int longestMs) {
        int above = Math.clamp(runs, CALM_RUNS, BUSY_RUNS) - CALM_RUNS;
        return shortestMs + (longestMs - shortestMs) * above / (BUSY_RUNS - CALM_RUNS);
    }

    private void arm(int widthMs, boolean isWidened) {
        if (timer != null) timer.cancel();
        else if (isWidened) widened.run();
        dueMs = loop.nowMs() + widthMs;
        timer = loop.after(widthMs, this::tick);
    }

    private void tick() {
        timer = null;
        List<Waiting> due = waiting;
        waiting = new ArrayList<>(due.size());
        runs = due.size();
        due.forEach(each -> each.action.run());
    }
}
