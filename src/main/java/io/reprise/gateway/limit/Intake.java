package io.reprise.gateway.limit;

import io.reprise.config.LimitSettings;
import io.reprise.support.AddressRanges;
import io.reprise.support.Current;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Counts data that clients of a node have sent partially: bytes of incomplete messages and bodies, and HTTP
 * connections. Both are limited per address and in total, to protect the memory. Thread-safe.
 */
public final class Intake {
    /**
     * Divisor of the heap for limits that are not set. It is high, because a message in memory may need several times
     * its size.
     */
    private static final int HEAP_PARTS = 8;

    private static final int NODE_PARTS = 4;

    /** A connection with the longest possible headers needs less. */
    private static final int HEAP_BYTES_PER_CONNECTION = 131_072;

    private final Current<Limits> limits;
    private final Consumer<String> hit;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final ConcurrentMap<String, Long> addressBytes = new ConcurrentHashMap<>();
    private final OpenCounts addressConnections = new OpenCounts();

    /** The limits in total and per address. Exempt addresses have no limit of their own. */
    public record Limits(
            long bytesMax,
            long addressBytesMax,
            int connectionsMax,
            int addressConnectionsMax,
            int refusedMax,
            AddressRanges exempt) {
        /**
         * @param messageBytesMax size of the longest message or body; limits that are not set allow at least two of
         *     them
         * @param heapBytes largest size of the heap
         */
        public static Limits of(LimitSettings settings, int messageBytesMax, long heapBytes) {
            long bytes = orUsual(settings.unreadBytesMax(), Math.max(heapBytes / HEAP_PARTS, 2L * messageBytesMax));
            int connections = (int) orUsual(
                    settings.httpConnectionsMax(), Math.min(heapBytes / HEAP_BYTES_PER_CONNECTION, Integer.MAX_VALUE));
            return new Limits(
                    bytes,
                    orUsual(settings.addressUnreadBytesMax(), Math.max(bytes / NODE_PARTS, 2L * messageBytesMax)),
                    connections,
                    (int) orUsual(settings.addressHttpConnectionsMax(), connections / NODE_PARTS),
                    settings.refusedConnectionsMax(),
                    AddressRanges.of(settings.exempt()));
        }
    }

    /** @param hit receives the name of a limit each time that it is reached */
    public Intake(Current<Limits> limits, Consumer<String> hit) {
        this.limits = limits;
        this.hit = hit;
    }

    private static long orUsual(int given, long usual) {
        return given > 0 ? given : usual;
    }

    /** The bytes of all partially received data. */
    public long heldBytes() {
        return bytes.get();
    }

    /** Number of open HTTP connections, without WebSockets. */
    public int httpConnections() {
        return connections.get();
    }

    /**
     * Returns false if there are too many connections. After each true, call {@link #disconnected} once.
     *
     * @param address null for a proxy, which carries the connections of many clients
     */
    public boolean connected(String address) {
        if (connections.incrementAndGet() > limits.get().connectionsMax()) {
            connections.decrementAndGet();
            hit.accept("http_connections");
            return false;
        }
        // Exempt addresses are counted, too, because the limit may have changed when the connection ends.
        int most = isFree(address) ? Integer.MAX_VALUE : limits.get().addressConnectionsMax();
        if (address == null || addressConnections.came(AddressRanges.site(address), most)) return true;
        connections.decrementAndGet();
        hit.accept("address_http_connections");
        return false;
    }

    public void disconnected(String address) {
        connections.decrementAndGet();
        if (address != null) addressConnections.left(AddressRanges.site(address));
    }

    /**
     * Whether a connection that was refused may be answered, which takes until the client has read the answer. After
     * each true, call {@link #answered} once.
     */
    public boolean answers() {
        if (refused.incrementAndGet() <= limits.get().refusedMax()) return true;
        refused.decrementAndGet();
        hit.accept("refused_connections");
        return false;
    }

    /** A refused connection has ended. */
    public void answered() {
        refused.decrementAndGet();
    }

    private boolean isFree(String address) {
        return address == null || limits.get().exempt().contains(address);
    }

    /** Counts one message or body of an address. Not thread-safe. */
    public Held held(String address) {
        return new Held(isFree(address) ? null : AddressRanges.site(address));
    }

    /** Counts the partially received bytes of one connection. */
    public final class Held {
        private final String site;
        private long held;

        private Held(String site) {
            this.site = site;
        }

        /**
         * Sets the current number of bytes. Returns false and changes nothing if this exceeds a limit. Smaller numbers
         * are always accepted.
         */
        public boolean set(long now) {
            if (now > held && !take(site, now - held)) return false;
            if (now < held) give(site, held - now);
            held = now;
            return true;
        }

        public boolean isNone() {
            return held == 0;
        }
    }

    private boolean take(String site, long more) {
        if (bytes.addAndGet(more) > limits.get().bytesMax()) {
            bytes.addAndGet(-more);
            hit.accept("unread_bytes");
            return false;
        }
        if (site == null || takeOfAddress(site, more)) return true;
        bytes.addAndGet(-more);
        hit.accept("address_unread_bytes");
        return false;
    }

    private boolean takeOfAddress(String site, long more) {
        boolean[] fits = {false};
        addressBytes.compute(site, (key, before) -> {
            long now = (before == null ? 0 : before) + more;
            fits[0] = now <= limits.get().addressBytesMax();
            return fits[0] ? Long.valueOf(now) : before;
        });
        return fits[0];
    }

    private void give(String site, long less) {
        bytes.addAndGet(-less);
        if (site != null) addressBytes.computeIfPresent(site, (key, before) -> before > less ? before - less : null);
    }
}
