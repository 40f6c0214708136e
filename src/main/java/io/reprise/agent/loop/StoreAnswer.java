package io.reprise.agent.loop;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits on the thread of a run or of a title for an answer of the store. */
public final class StoreAnswer {
    private StoreAnswer() {}

    /** The store failed, or did not answer in time. */
    public static final class Missing extends Exception {
        private Missing(Throwable cause) {
            super(cause);
        }
    }

    /**
     * Waits at most {@code timeMs}; a stop interrupts the wait.
     *
     * @throws Missing with the failure of the future, or a {@link TimeoutException}
     */
    public static <T> T await(Future<T> answer, long timeMs) throws InterruptedException, Missing {
        try {
            return answer.toCompletionStage().toCompletableFuture().get(timeMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new Missing(e.getCause());
        } catch (TimeoutException e) {
            throw new Missing(e);
        }
    }
}
