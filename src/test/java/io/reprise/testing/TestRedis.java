package io.reprise.testing;

import java.nio.file.Path;
import redis.embedded.RedisServer;

/** A real Redis on a separate port, which keeps its port and data when it is stopped and started again. */
public final class TestRedis implements AutoCloseable {
    private final Path folder;
    private final int port = Ports.free();
    private RedisServer server;

    /** @param folder for its files */
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
