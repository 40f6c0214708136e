package io.reprise.support;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs work that must not be cut short by an interrupt, such as the cleanup of a cancelled start. */
public final class Uninterrupted {
    private Uninterrupted() {}

    /** Runs it on a thread of its own and waits for its end; an interrupt of the caller is kept for afterwards. */
    public static void run(Runnable work) {
        FutureTask<Void> task = new FutureTask<>(work, null);
        Thread.ofVirtual().start(task);
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    task.get();
                    return;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } finally {
            if (interrupted) Thread.currentThread().interrupt();
        }
    }
}
