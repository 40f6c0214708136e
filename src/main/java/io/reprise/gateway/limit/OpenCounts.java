package io.reprise.gateway.limit;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts open items by name; a name without open items uses no memory. */
final class OpenCounts {
    private final ConcurrentMap<String, Integer> open = new ConcurrentHashMap<>();

    /** Returns false if there are {@code most} open items already. */
    boolean came(String name, int most) {
        boolean[] counted = {false};
        open.compute(name, (key, count) -> {
            int before = count == null ? 0 : count;
            counted[0] = before < most;
            return counted[0] ? Integer.valueOf(before + 1) : count;
        });
        return counted[0];
    }

    void left(String name) {
        open.computeIfPresent(name, (key, count) -> count > 1 ? count - 1 : null);
    }

    int names() {
        return open.size();
    }
}
