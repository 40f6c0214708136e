package io.reprise.support;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Runs work that must not be cut short by an interrupt, such as the cleanup of a cancelled start. */
public final class Uninterrupted {
    private Uninterrupted() {}

    /**
     * Runs the work on its own thread and waits for its end. If the caller is interrupted meanwhile, its interrupted
     * status is restored afterwards.
     */
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
