package io.reprise.agent;

import io.reprise.agent.run.EventLoop;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An event loop whose clock is moved by hand; it runs on the test's thread. */
public final class FakeLoop implements EventLoop {
    private final Queue<Runnable> actions = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Due> timers = new PriorityQueue<>(Comparator.comparingLong(Due::atMs));
    private long nowMs = 1_000;

    private record Due(long atMs, Runnable action) {}

    @Override
    public void run(Runnable action) {
        actions.add(action);
    }

    @Override
    public Timer after(long ms, Runnable action) {
        Due due = new Due(nowMs + ms, action);
        timers.add(due);
        return () -> timers.removeIf(timer -> timer == due);
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    public void runAll() {
        for (Runnable action = actions.poll(); action != null; action = actions.poll()) action.run();
    }

    public void advance(long ms) {
        long until = nowMs + ms;
        runAll();
        while (!timers.isEmpty() && timers.peek().atMs() <= until) {
            Due due = timers.poll();
            nowMs = due.atMs();
            due.action().run();
            runAll();
        }
        nowMs = until;
    }
}
