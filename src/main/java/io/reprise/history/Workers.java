package io.reprise.history;

import io.vertx.core.Future;
import java.util.concurrent.Callable;

/** Threads for work that would keep an event loop, and all sockets and sessions on it, from their own. */
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
