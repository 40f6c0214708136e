package io.reprise.gateway.link;

import io.reprise.gateway.limit.RateLimits;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/** The open connections of one gateway, within the limit of its node. */
public final class Connections {
    private final ConnectionLimit limit;
    private final RateLimits limits;

    /** The open connections with their addresses. */
    private final Map<Connection, String> open = new LinkedHashMap<>();

    public Connections(ConnectionLimit limit, RateLimits limits) {
        this.limit = limit;
        this.limits = limits;
    }

    /** The result of a connection attempt. */
    public enum Admission {
        ADMITTED,
        NODE_FULL,
        ADDRESS_FULL
    }

    /** After each {@code ADMITTED}, call {@link #remove} once. */
    public Admission tryAdd(Connection connection, String address) {
        if (!limits.addressCame(address)) return Admission.ADDRESS_FULL;
        if (!limit.tryAcquire()) {
            limits.addressLeft(address);
            return Admission.NODE_FULL;
        }
        open.put(connection, address);
        return Admission.ADMITTED;
    }

    /**
     * Admits a connection of a user. Empty if the node, the address or the user has too many; otherwise what to run when
     * the connection has ended, where a second time does nothing.
     */
    public Optional<Runnable> admit(Connection connection, String user, String address) {
        if (!limits.userCame(user)) return Optional.empty();
        if (tryAdd(connection, address) != Admission.ADMITTED) {
            limits.userLeft(user);
            return Optional.empty();
        }
        AtomicBoolean isOpen = new AtomicBoolean(true);
        return Optional.of(() -> {
            remove(connection);
            if (isOpen.getAndSet(false)) limits.userLeft(user);
        });
    }

    /** The connection has ended. A second call does nothing. */
    public void remove(Connection connection) {
        String address = open.remove(connection);
        if (address == null) return;
        limit.release();
        limits.addressLeft(address);
    }

    public int count() {
        return open.size();
    }

    public void tick() {
        List.copyOf(open.keySet()).forEach(Connection::tick);
    }

    /**
     * Asks every client to reconnect; completes when all connections have ended.
     *
     * @param spreadMs each is told to wait for a random part of it before
     */
    public Future<Void> goAway(int spreadMs) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        List<Future<Void>> closings = List.copyOf(open.keySet()).stream()
                .map(connection -> connection.goAway(random.nextLong(spreadMs)))
                .toList();
        return Future.join(closings).mapEmpty();
    }
}
