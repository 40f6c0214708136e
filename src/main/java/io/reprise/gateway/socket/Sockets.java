package io.reprise.gateway.socket;

import io.reprise.gateway.frame.CloseCode;
import io.reprise.gateway.http.LingeringClose;
import io.reprise.gateway.link.Connections;
import io.reprise.support.IdSource;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;

/** Creates sockets from upgrade requests. */
public final class Sockets {
    private final SocketParts parts;
    private final IdSource ids;
    private final Connections connections;

    public Sockets(SocketParts parts, IdSource ids, Connections connections) {
        this.parts = parts;
        this.ids = ids;
        this.connections = connections;
    }

    /** Creates a socket for an upgrade request. */
    public void upgrade(HttpServerRequest request, Socket.Upgrade upgrade) {
        LingeringClose.of(request.connection(), LingeringClose.CLOSING_S);
        request.toWebSocket().onSuccess(webSocket -> {
            // Vert.x keeps the request as long as the socket; the headers are not needed any more.
            request.headers().clear();
            admit(webSocket, upgrade);
        });
    }

    private void admit(ServerWebSocket webSocket, Socket.Upgrade upgrade) {
        if (webSocket.isClosed()) return;
        Socket socket = new Socket(parts, ids.next("c_"), webSocket, upgrade);
        switch (connections.tryAdd(socket, upgrade.credentials().address())) {
            case ADMITTED -> socket.open(() -> connections.remove(socket));
            case NODE_FULL -> socket.refuse(CloseCode.TOO_MANY_CONNECTIONS);
            // The client should retry, because others at the same address may disconnect.
            case ADDRESS_FULL -> socket.refuse(CloseCode.TOO_MANY_REQUESTS);
        }
    }
}
