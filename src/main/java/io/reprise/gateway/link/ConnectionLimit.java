package io.reprise.gateway.link;

import java.util.concurrent.atomic.AtomicInteger;

/** Counts the WebSockets and event streams of a node over all its gateways. */
public final class ConnectionLimit {
    private final int connectionsMax;
    private final AtomicInteger open = new AtomicInteger();

    public ConnectionLimit(int connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    /** False when the limit is reached; each true is followed by one {@link #release}. */
    boolean tryAcquire() {
        if (open.incrementAndGet() <= connectionsMax) return true;
        open.decrementAndGet();
        return false;
    }

    void release() {
        open.decrementAndGet();
    }
}
