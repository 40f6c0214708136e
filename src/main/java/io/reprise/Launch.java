package io.reprise;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Starts a server and handles signals: a signal during the start cancels it and shuts down what was started;
 * afterwards it stops the server.
 */
final class Launch {
    /** Longer than any step of a start that cannot be interrupted, such as one statement of a migration. */
    private static final int CANCEL_S = 60;

    private final Thread starter = Thread.currentThread();
    private final CompletableFuture<Server> started = new CompletableFuture<>();
    private volatile boolean ending;

    /**
     * Call it on the thread that created this object.
     *
     * @param start must close what it has opened when it fails or is interrupted
     * @return empty if the start was cancelled
     */
    Optional<Server> start(Supplier<Server> start) {
        try {
            Server server = start.get();
            started.complete(server);
            return Optional.of(server);
        } catch (RuntimeException | Error e) {
            started.completeExceptionally(e);
            if (ending) return Optional.empty();
            throw e;
        }
    }

    /** Blocks until the server has stopped. */
    void end() {
        ending = true;
        if (!started.isDone()) starter.interrupt();
        try {
            started.get(CANCEL_S, TimeUnit.SECONDS).stop();
        } catch (ExecutionException | TimeoutException e) {
            // The failed start has closed its parts; nothing more can be done.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
