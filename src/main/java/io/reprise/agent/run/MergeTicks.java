package io.reprise.agent.run;

import java.util.ArrayList;
import java.util.List;

/**
 * The moments at which the runs of an agent send the text that they have merged. All runs send at the same moments, so
 * that their batches are handled together. The more frames leave the server at a tick, because many runs write or many
 * people read, the longer they merge: that costs a reader a few milliseconds, and the server much less work. For one
 * event loop.
 */
public final class MergeTicks {
    /** Up to this many frames at a tick, runs merge for the shortest time. */
    static final int CALM_FRAMES = 8;

    /** From this many frames on, they merge for the longest time. */
    static final int BUSY_FRAMES = 64;

    private final EventLoop loop;
    private final Runnable widened;
    private List<Waiting> waiting = new ArrayList<>();
    private EventLoop.Timer timer;
    private long dueMs;
    private long frames;

    /** @param widened called when runs merge for longer than the shortest time, at most once per tick */
    public MergeTicks(EventLoop loop, Runnable widened) {
        this.loop = loop;
        this.widened = widened;
    }

    private static final class Waiting implements EventLoop.Timer {
        private final int frames;
        private Runnable action;

        Waiting(int frames, Runnable action) {
            this.frames = frames;
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
     * @param shortestMs time for which runs merge while few frames are sent, at least 1
     * @param longestMs time for which they merge while many are sent; not less than {@code shortestMs}
     * @param readers who each get a frame of what is sent; a run without a reader counts like one with one
     */
    EventLoop.Timer next(int shortestMs, int longestMs, int readers, Runnable action) {
        Waiting mine = new Waiting(Math.max(1, readers), action);
        waiting.add(mine);
        int widthMs = widthMs(shortestMs, longestMs);
        if (timer == null || loop.nowMs() + widthMs < dueMs) arm(widthMs, widthMs > shortestMs);
        return mine;
    }

    private int widthMs(int shortestMs, int longestMs) {
        int above = Math.clamp(frames, CALM_FRAMES, BUSY_FRAMES) - CALM_FRAMES;
        return shortestMs + (longestMs - shortestMs) * above / (BUSY_FRAMES - CALM_FRAMES);
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
        frames = due.stream().mapToLong(each -> each.frames).sum();
        due.forEach(each -> each.action.run());
    }
}
