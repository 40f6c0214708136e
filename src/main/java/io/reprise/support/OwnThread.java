package io.reprise.support;

import io.reprise.support.StopSignal.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Blocking work on its own virtual thread. A caller that waits for it can abandon it if it ignores its stop. A stop
 * reaches the work in two ways: by its signal and as an interrupt.
 */
public final class OwnThread<T> {
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final StopSignal stop;

    private OwnThread(StopSignal stop) {
        this.stop = stop;
    }

    /** Work that ends early if {@code stop} is stopped. */
    @FunctionalInterface
    public interface Work<T> {
        T run(StopSignal stop) throws Exception;
    }

    /** Starts the work with a signal that is a child of {@code parent}. */
    public static <T> OwnThread<T> start(String name, StopSignal parent, Work<T> work) {
        OwnThread<T> own = new OwnThread<>(parent.child());
        Thread thread = Thread.ofVirtual().name(name).start(() -> own.run(work));
        own.stop.onStop(thread::interrupt);
        return own;
    }

    /**
     * Waits for the result of the work.
     *
     * @throws ExecutionException with the exception of the work
     * @throws TimeoutException after {@code nanos}; the work continues
     */
    public T await(long nanos) throws InterruptedException, ExecutionException, TimeoutException {
        return outcome.get(nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether the thread has ended, with a result or an exception. */
    public boolean hasEnded() {
        return outcome.isDone();
    }

    /** Runs {@code action}, which must not block, when the thread ends; immediately if it has ended. */
    public void onEnd(Runnable action) {
        outcome.whenComplete((result, failure) -> action.run());
    }

    /** Stops only this work, not its parent. */
    public void stop(Reason reason) {
        stop.stop(reason);
    }

    /** From now on a stop of its parent does not reach this work. */
    public void detach() {
        stop.detach();
    }

    private void run(Work<T> work) {
        try {
            outcome.complete(work.run(stop));
        } catch (Throwable t) {
            outcome.completeExceptionally(t);
        } finally {
            stop.detach();
        }
    }
}
