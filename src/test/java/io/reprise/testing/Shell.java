package io.reprise.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a command in a separate process and records its output. */
public final class Shell implements AutoCloseable {
    private final Process process;
    private final Path outFile;
    private final Path errFile;

    /** How a command ended: its exit code and its output. */
    public record Ended(int code, String out, String err) {}

    private Shell(Process process, Path outFile, Path errFile) {
        this.process = process;
        this.outFile = outFile;
        this.errFile = errFile;
    }

    /**
     * Starts a command in this folder. Its environment is that of the test without {@code REPRISE_*}, plus these variables;
     * NODE_OPTIONS gives Node 20 the WebSocket that later versions have.
     */
    public static Shell start(Path folder, Map<String, String> environment, List<String> command) {
        try {
            Path out = Files.createTempFile("shell", ".out");
            Path err = Files.createTempFile("shell", ".err");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("REPRISE"));
            builder.environment().put("NODE_OPTIONS", "--experimental-websocket");
            builder.environment().putAll(environment);
            return new Shell(builder.start(), out, err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command to its end; a command that does not end in time is killed, which is a failure. */
    public static Ended run(Path folder, Map<String, String> environment, List<String> command) {
        try (Shell shell = start(folder, environment, command)) {
            return shell.awaitEnd();
        }
    }

    /** What the command has written to stdout so far. */
    public String out() {
        return read(outFile);
    }

    /** What the command has written to stderr so far. */
    public String err() {
        return read(errFile);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public Ended awaitEnd() {
        try {
            if (!process.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("The command did not end: " + out() + "\n" + read(errFile));
            }
            return new Ended(process.exitValue(), out(), read(errFile));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kills the command and the processes that it started, if they still run, and deletes the recorded output. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            Files.deleteIfExists(outFile);
            Files.deleteIfExists(errFile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
