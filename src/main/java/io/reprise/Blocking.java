package io.reprise;

import io.reprise.Server.StartException;
import io.vertx.core.Future;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Blocking waits with a time limit, for starting and stopping the server. */
final class Blocking {
    private static final Logger log = LoggerFactory.getLogger(Blocking.class);

    private Blocking() {}

    /** @throws StartException when the future fails or is not done in time */
    static <T> T await(Future<T> future, long seconds) {
        return awaitMs(future, TimeUnit.SECONDS.toMillis(seconds));
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
