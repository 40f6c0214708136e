package io.reprise.gateway;

import io.reprise.support.IdSource;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** The sockets of one gateway. */
final class Sockets {
    /** Over so long are the reconnects spread when the server goes away. */
    private static final int RECONNECT_SPREAD_MS = 3_000;

    private final SocketParts parts;
    private final IdSource ids;
    private final ConnectionLimit connections;
    private final Set<Socket> open = new LinkedHashSet<>();

    Sockets(SocketParts parts, IdSource ids, ConnectionLimit connections) {
        this.parts = parts;
        this.ids = ids;
        this.connections = connections;
    }

    /** Makes a socket of the request, which is one to upgrade. */
    void upgrade(HttpServerRequest request, Socket.Upgrade upgrade) {
        request.toWebSocket().onSuccess(webSocket -> admit(webSocket, upgrade));
    }

    private void admit(ServerWebSocket webSocket, Socket.Upgrade upgrade) {
        if (webSocket.isClosed()) return;
        if (!connections.tryAcquire()) {
            CloseCode full = CloseCode.TOO_MANY_CONNECTIONS;
            webSocket.close(full.code(), full.reason());
            return;
        }
        Socket socket = new Socket(parts, ids.next("c_"), webSocket, upgrade);
        open.add(socket);
        socket.open(() -> {
            open.remove(socket);
            connections.release();
        });
    }

    int count() {
        return open.size();
    }

    void tick() {
        List.copyOf(open).forEach(Socket::tick);
    }

    /** Tells every client to come back; completes when all connections have ended. */
    Future<Void> goAway() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        List<Future<Void>> closings = List.copyOf(open).stream()
                .map(socket -> socket.goAway(random.nextLong(RECONNECT_SPREAD_MS)))
                .toList();
        return Future.join(closings).mapEmpty();
    }
}
