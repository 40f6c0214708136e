package io.reprise.support;

import io.reprise.support.StopSignal.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Blocking work on a virtual thread of its own, so that whoever waits for it can leave it behind when it ignores its
 * stop. A stop reaches the work twice: by its signal and as an interrupt.
 */
public final class OwnThread<T> {
    private final CompletableFuture<T> outcome = new CompletableFuture<>();
    private final StopSignal stop;

    private OwnThread(StopSignal stop) {
        this.stop = stop;
    }

    /** What is to be done until {@code stop}. */
    @FunctionalInterface
    public interface Work<T> {
        T run(StopSignal stop) throws Exception;
    }

    /** The work's signal is a child of {@code parent}. */
    public static <T> OwnThread<T> start(String name, StopSignal parent, Work<T> work) {
        OwnThread<T> own = new OwnThread<>(parent.child());
        Thread thread = Thread.ofVirtual().name(name).start(() -> own.run(work));
        own.stop.onStop(thread::interrupt);
        return own;
    }

    /**
     * The work's result.
     *
     * @throws ExecutionException with what the work threw
     * @throws TimeoutException after {@code nanos}; the work goes on
     */
    public T await(long nanos) throws InterruptedException, ExecutionException, TimeoutException {
        return outcome.get(nanos, TimeUnit.NANOSECONDS);
    }

    /** Whether the thread is done, with a result or a failure. */
    public boolean hasEnded() {
        return outcome.isDone();
    }

    /** Runs {@code action}, which must not block, once the thread is done; here and now when it is. */
    public void onEnd(Runnable action) {
        outcome.whenComplete((result, failure) -> action.run());
    }

    /** Stops this work alone. */
    public void stop(Reason reason) {
        stop.stop(reason);
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
