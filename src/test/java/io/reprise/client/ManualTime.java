package io.reprise.client;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Time that a test moves. */
final class ManualTime implements Timing {
    private record Due(long atMs, Runnable action) {}

    private final List<Due> due = new ArrayList<>();
    private long nowMs = 1_000_000;

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public long elapsedMs() {
        return nowMs;
    }

    @Override
    public Timer after(long ms, Runnable action) {
        Due its = new Due(nowMs + ms, action);
        due.add(its);
        return () -> due.remove(its);
    }

    void advance(long ms) {
        long endMs = nowMs + ms;
        while (true) {
            Due next = due.stream()
                    .filter(each -> each.atMs() <= endMs)
                    .min(Comparator.comparingLong(Due::atMs))
                    .orElse(null);
            if (next == null) break;
            due.remove(next);
            nowMs = next.atMs();
            next.action().run();
        }
        nowMs = endMs;
    }

    int waiting() {
        return due.size();
    }
}
