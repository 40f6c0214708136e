package io.reprise.timer;

import io.reprise.message.ShardMessage;
import io.reprise.support.Current;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** Remembers what sessions were told recently, so that it is not repeated before they can have acted on it. */
final class RecentlySent {
    private final Current<Integer> againMs;

    /** By when it was told, the oldest first. */
    private final Map<ShardMessage.ToSession, Long> toldMs = new LinkedHashMap<>();

    RecentlySent(Current<Integer> againMs) {
        this.againMs = againMs;
    }

    /** Whether it is time to tell; then it counts as told. */
    boolean tell(ShardMessage.ToSession due, long nowMs) {
        int again = againMs.get();
        Iterator<Long> oldestFirst = toldMs.values().iterator();
        while (oldestFirst.hasNext() && nowMs - oldestFirst.next() >= again) oldestFirst.remove();
        return toldMs.putIfAbsent(due, nowMs) == null;
    }
}
