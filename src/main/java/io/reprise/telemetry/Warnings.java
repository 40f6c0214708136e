package io.reprise.telemetry;

import io.reprise.support.Current;
import io.reprise.support.MonotonicClock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Decides which of many equal warnings are logged: of each subject one within a time. Thread-safe. */
public final class Warnings {
    /** More subjects than a server has; beyond that all share one pause. */
    private static final int SUBJECTS_MAX = 1_000;

    private static final String OTHERS = "";

    private final Current<Integer> everyMs;
    private final MonotonicClock clock;
    private final Map<String, Told> told = new ConcurrentHashMap<>();

    /** @param left warnings since then that were not logged */
    private record Told(long atMs, int left) {}

    /** @param everyMs pause between two warnings of a subject */
    public Warnings(Current<Integer> everyMs, MonotonicClock clock) {
        this.everyMs = everyMs;
        this.clock = clock;
    }

    /** Returns how many warnings of the subject were left out before this one, or -1 if this one is left out, too. */
    public int due(String subject) {
        String of = told.size() < SUBJECTS_MAX || told.containsKey(subject) ? subject : OTHERS;
        long nowMs = clock.elapsedMs();
        int[] left = {-1};
        told.compute(of, (key, before) -> {
            if (before != null && nowMs - before.atMs() < everyMs.get()) {
                left[0] = -1;
                return new Told(before.atMs(), before.left() + 1);
            }
            left[0] = before == null ? 0 : before.left();
            return new Told(nowMs, 0);
        });
        return left[0];
    }
}
