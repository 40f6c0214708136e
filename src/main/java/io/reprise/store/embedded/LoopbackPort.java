package io.reprise.store.embedded;

import io.reprise.store.database.DatabaseUri;
import io.reprise.store.database.StoreStartException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** Chooses the port of the private PostgreSQL: the configured one, or with 0 the previous one while it is free. */
record LoopbackPort(int wanted, Path memory) {
    static final int ANY = 0;

    LoopbackPort {
        if (wanted < 0 || wanted > 65_535) {
            throw new StoreStartException("the port of the private PostgreSQL must be 0 (any) to 65535, not " + wanted);
        }
    }

    boolean suits(int port) {
        return port > 0 && (wanted == ANY || wanted == port);
    }

    int choose() throws IOException {
        if (wanted != ANY) {
            if (!isFree(wanted)) {
                throw new StoreStartException("port " + wanted + " for the private PostgreSQL is in use on "
                        + DatabaseUri.LOOPBACK + ": choose another one, or 0 for any");
            }
            return wanted;
        }
        int last = last();
        return last != ANY && isFree(last) ? last : anyFree();
    }

    void remember(int port) throws IOException {
        Folders.replace(memory, port + "\n");
    }

    private int last() throws IOException {
        if (!Files.exists(memory)) {
            return ANY;
        }
        String text = Files.readString(memory).strip();
        int port = text.matches("\\d{1,5}") ? Integer.parseInt(text) : ANY;
        return port <= 65_535 ? port : ANY;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = bind(port)) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }

    private static int anyFree() throws IOException {
        try (ServerSocket socket = bind(ANY)) {
            return socket.getLocalPort();
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getByName(DatabaseUri.LOOPBACK), port));
            return socket;
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }
}
