package io.reprise.support;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Limits concurrent operations, in total and per user. Thread-safe. */
public final class Permits {
    private final Current<Integer> max;
    private final Current<Integer> perUserMax;
    private final AtomicInteger taken = new AtomicInteger();
    private final ConcurrentMap<String, Integer> takenByUser = new ConcurrentHashMap<>();

    /**
     * @param max limit for all users together
     * @param perUserMax limit for each user
     */
    public Permits(Current<Integer> max, Current<Integer> perUserMax) {
        this.max = max;
        this.perUserMax = perUserMax;
    }

    /** Returns false if no permit is left. Each permit that was taken must be given back once. */
    public boolean take(String user) {
        int most = max.get();
        if (taken.getAndUpdate(count -> count < most ? count + 1 : count) >= most) return false;
        boolean[] within = {false};
        takenByUser.compute(user, (id, count) -> {
            int before = count == null ? 0 : count;
            within[0] = before < perUserMax.get();
            if (within[0]) return before + 1;
            return before == 0 ? null : Integer.valueOf(before);
        });
        if (!within[0]) taken.decrementAndGet();
        return within[0];
    }

    public void giveBack(String user) {
        takenByUser.computeIfPresent(user, (id, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        taken.decrementAndGet();
    }
}
