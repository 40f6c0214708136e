package io.reprise.gateway.link;

import io.reprise.support.Current;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the WebSockets and event streams of a node over all its gateways. */
public final class ConnectionLimit {
    private final Current<Integer> connectionsMax;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionLimit(Current<Integer> connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    /** False when the limit is reached; each true is followed by one {@link #release}. */
    boolean tryAcquire() {
        if (open.incrementAndGet() <= connectionsMax.get()) return true;
        open.decrementAndGet();
        return false;
    }

    void release() {
        open.decrementAndGet();
    }
}
