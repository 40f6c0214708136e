package io.reprise.history;

import io.vertx.core.Future;
import java.util.concurrent.Callable;

/** Port: threads for work that would block an event loop. */
public interface Workers {
    /** Does it on the caller's own thread. */
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

    /** The future completes where the caller is, with what the work returned or threw. */
    <T> Future<T> run(Callable<T> work);
}
