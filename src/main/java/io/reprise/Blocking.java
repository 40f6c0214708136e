package io.reprise;

import io.reprise.Server.StartException;
import io.reprise.history.StoreAway;
import io.reprise.session.store.StoreBusy;
import io.reprise.support.Stopwatch;
import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Blocking waits with a time limit, for starting and stopping the server. */
final class Blocking {
    private static final Logger log = LoggerFactory.getLogger(Blocking.class);

    private static final long AGAIN_MS = 200;

    private Blocking() {}

    /** @throws StartException when the future fails or is not done in time */
    static <T> T await(Future<T> future, long seconds) {
        return awaitMs(future, TimeUnit.SECONDS.toMillis(seconds));
    }

    /**
     * The same of a question to the store at the start. It is asked again while the store does not answer and there is time: on a
     * busy machine the first connection may take longer than an answer may.
     */
    static <T> T awaitAnswer(Supplier<Future<T>> question, long seconds) {
        Stopwatch watch = Stopwatch.started();
        long limitMs = TimeUnit.SECONDS.toMillis(seconds);
        while (true) {
            try {
                return awaitMs(question.get(), limitMs - watch.ms());
            } catch (StartException e) {
                boolean away = e.getCause() instanceof StoreAway || e.getCause() instanceof StoreBusy;
                if (!away || watch.ms() + AGAIN_MS >= limitMs) throw e;
                log.atWarn().addKeyValue("cause", e.getMessage()).log("the store did not answer; asking again");
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(AGAIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    /** As above. */
    static <T> T awaitMs(Future<T> future, long ms) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(ms, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        } catch (TimeoutException e) {
            throw new StartException("no answer in " + ms + " ms", e);
        } catch (ExecutionException e) {
            throw new StartException(String.valueOf(e.getCause().getMessage()), e.getCause());
        }
    }

    /** Closes a part. A failure is logged, so that the other parts are still closed. */
    static void close(String what, Future<?> closing, long ms) {
        try {
            awaitMs(closing, ms);
        } catch (StartException e) {
            log.atWarn()
                    .addKeyValue("what", what)
                    .addKeyValue("cause", e.getMessage())
                    .log("closing failed; the stop continues without it");
        }
    }
}
