package io.reprise.history;

import io.vertx.core.Future;
import java.util.concurrent.Callable;

/** Port: threads for work that would block an event loop. */
public interface Workers {
    /** Runs the work on the caller's thread. */
    Workers CALLER = new Workers() {
        @Override
        public <T> Future<T> run(Callable<T> work) {
            try {
                return Future.succeededFuture(work.call());
            } catch (Exception e) {
                return Future.failedFuture(e);
            }
        }
    };

    /**
     * Runs the work on another thread. The future completes on the caller's context, with the result or the exception
     * of the work.
     */
    <T> Future<T> run(Callable<T> work);
}
