package io.reprise.gateway.link;

import io.reprise.support.Current;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the WebSockets and event streams of all gateways of a node. */
public final class ConnectionLimit {
    private final Current<Integer> connectionsMax;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionLimit(Current<Integer> connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    /** Returns false if the limit is reached. After each true, call {@link #release} once. */
    boolean tryAcquire() {
        if (open.incrementAndGet() <= connectionsMax.get()) return true;
        open.decrementAndGet();
        return false;
    }

    void release() {
        open.decrementAndGet();
    }
}
