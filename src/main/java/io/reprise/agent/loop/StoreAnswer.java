package io.reprise.agent.loop;

import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** An answer of the store for which a thread of an agent waits: a run's own, or one that makes a title. */
public final class StoreAnswer {
    private StoreAnswer() {}

    /** It failed, or did not come in time. */
    public static final class Missing extends Exception {
        private Missing(Throwable cause) {
            super(cause);
        }
    }

    /**
     * Waits at most {@code timeMs}; a stop interrupts it.
     *
     * @throws Missing with what the future failed with, or a {@link TimeoutException}
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
