package io.reprise.timer;

import io.reprise.message.ShardMessage;
import io.reprise.support.Current;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which messages were sent to sessions recently, so that none is repeated before its session can have handled
 * it.
 */
final class RecentlySent {
    private final Current<Integer> againMs;

    /** Messages with the time of sending, oldest first. */
    private final Map<ShardMessage.ToSession, Long> toldMs = new LinkedHashMap<>();

    RecentlySent(Current<Integer> againMs) {
        this.againMs = againMs;
    }

    /** Whether to send this message now; if so, it is remembered as sent. */
    boolean tell(ShardMessage.ToSession due, long nowMs) {
        int again = againMs.get();
        Iterator<Long> oldestFirst = toldMs.values().iterator();
        while (oldestFirst.hasNext() && nowMs - oldestFirst.next() >= again) oldestFirst.remove();
        return toldMs.putIfAbsent(due, nowMs) == null;
    }
}
