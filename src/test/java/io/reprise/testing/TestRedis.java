package io.reprise.testing;

import java.nio.file.Path;
import redis.embedded.RedisServer;

/** A real Redis on a port of its own, which stays the same when it is stopped and started again, as does what it holds. */
public final class TestRedis implements AutoCloseable {
    private final Path folder;
    private final int port = Ports.free();
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
}
