package io.reprise.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    /** It answers nothing any more, and its connections remain. */
    public void pause() {
        signal("STOP");
    }

    /** It answers what was asked meanwhile, too. */
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        List<String> words = new ArrayList<>(List.of("kill", "-" + name));
        ProcessHandle.current()
                .descendants()
                .filter(process -> commandLine(process.pid()).contains(":" + port))
                .forEach(process -> words.add(Long.toString(process.pid())));
        try {
            Process kill = new ProcessBuilder(words).inheritIO().start();
            if (kill.waitFor() != 0) throw new IllegalStateException(words + " failed");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Java does not tell it, because Redis changes it. */
    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
        } catch (IOException gone) {
            return "";
        }
    }

    @Override
    public void close() {
        if (server.isActive()) stop();
    }
}
