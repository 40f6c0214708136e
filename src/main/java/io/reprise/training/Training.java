package io.reprise.training;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * Starts a server with an empty database of its own, uses it as people do ({@link Usage}), and stops it. With the option
 * {@code -XX:AOTCacheOutput} Java then writes a cache of the classes that were loaded and of the code that was used most, which
 * makes later starts shorter and the first minute after them cheaper (JEP 483, 514, 515).
 *
 * <p>Arguments: the command that starts the server. Settings of the environment are not passed on, and an empty configuration file is
 * used, so that the training never touches a real database. Exit code: 0 if the server was used and has ended by itself.
 */
public final class Training {
    private static final String READY = "Reprise is ready: ";
    private static final int CHATS = 30;
    private static final int WORDS = 100;
    private static final int START_S = 60;
    private static final int USE_S = 25;
    private static final int STOP_S = 120;

    private final Process server;
    private final CompletableFuture<String> address = new CompletableFuture<>();

    private Training(Process server) {
        this.server = server;
        Thread.ofVirtual().start(this::follow);
    }

    public static void main(String[] command) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("reprise-training-");
        Training training = new Training(start(List.of(command), folder));
        // Also when the training is stopped: the server ends its database, whose files can be deleted then.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> training.end(folder)));
        System.exit(training.used() && training.stopped() ? 0 : 1);
    }

    private static Process start(List<String> command, Path folder) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("REPRISE_"));
        builder.environment()
                .put(
                        "REPRISE_CONFIG",
                        Files.createFile(folder.resolve("empty.yaml")).toString());
        builder.environment().put("REPRISE_DATA_DIR", folder.resolve("data").toString());
        builder.environment().put("REPRISE_SERVER_PORT", "0");
        builder.environment().put("REPRISE_LOGGING_LEVEL", "error");
        return builder.start();
    }

    private boolean used() throws InterruptedException {
        try {
            Usage usage = new Usage(address.get(START_S, TimeUnit.SECONDS), CHATS, WORDS);
            CompletableFuture.runAsync(usage::run).get(USE_S, TimeUnit.SECONDS);
        } catch (TimeoutException slow) {
            // On a slow or busy machine, what was learned so far is enough.
        } catch (ExecutionException e) {
            System.err.println("training: " + e.getCause().getMessage());
            return false;
        }
        return address.isDone();
    }

    private boolean stopped() throws InterruptedException {
        server.toHandle().destroy(); // Process.destroy would also close the output that it still writes.
        return server.waitFor(STOP_S, TimeUnit.SECONDS);
    }

    private void end(Path folder) {
        try {
            if (!stopped()) server.destroyForcibly();
            delete(folder);
        } catch (IOException | InterruptedException e) {
            System.err.println("training: " + e.getMessage());
        }
    }

    private void follow() {
        try (BufferedReader output = server.inputReader()) {
            output.lines()
                    .filter(line -> line.startsWith(READY))
                    .forEach(line ->
                            address.complete(line.substring(READY.length()).strip()));
        } catch (IOException gone) {
            // The process has ended.
        }
        address.completeExceptionally(new IllegalStateException("the server did not start"));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) Files.deleteIfExists(path);
        }
    }
}
