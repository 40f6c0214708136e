package io.reprise.gateway;

import io.vertx.core.Future;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** What is open at one gateway, within the limit of its node. */
final class Connections {
    /** Over so long are the reconnects spread when the server goes away. */
    private static final int RECONNECT_SPREAD_MS = 3_000;

    private final ConnectionLimit limit;
    private final Set<Connection> open = new LinkedHashSet<>();

    Connections(ConnectionLimit limit) {
        this.limit = limit;
    }

    /** False when there are as many as may be; each true is followed by one {@link #remove}. */
    boolean tryAdd(Connection connection) {
        return limit.tryAcquire() && open.add(connection);
    }

    /** It has ended; a second call does nothing. */
    void remove(Connection connection) {
        if (open.remove(connection)) limit.release();
    }

    int count() {
        return open.size();
    }

    void tick() {
        List.copyOf(open).forEach(Connection::tick);
    }

    /** Tells every client to come back; completes when all connections have ended. */
    Future<Void> goAway() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        List<Future<Void>> closings = List.copyOf(open).stream()
                .map(connection -> connection.goAway(random.nextLong(RECONNECT_SPREAD_MS)))
                .toList();
        return Future.join(closings).mapEmpty();
    }
}
