package io.reprise.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import redis.embedded.RedisServer;

/** A real Redis on a port of its own, which stays the same when it is stopped and started again, as does what it holds. */
public final class TestRedis implements AutoCloseable {
    private final Path folder;
    private final int port = freePort();
    private RedisServer server;

    /** @param folder for whatever it writes */
    public TestRedis(Path folder) {
        this.folder = folder;
        start();
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    public void start() {
        server = RedisServer.builder()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("dir " + folder)
                .setting("save \"\"")
                .setting("appendonly yes")
                .setting("appendfsync always")
                .build();
        server.start();
    }

    public void stop() {
        server.stop();
    }

    @Override
    public void close() {
        if (server.isActive()) stop();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
