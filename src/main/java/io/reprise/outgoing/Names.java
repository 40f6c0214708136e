package io.reprise.outgoing;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.util.List;

/** Looks up the addresses of a host. */
@FunctionalInterface
public interface Names {
    int THREADS = 4;

    /** All addresses; fails if the host is unknown. */
    Future<List<InetAddress>> addresses(String host);

    /** As the operating system does. On threads of their own, because a look-up blocks. */
    static Names ofSystem(Vertx vertx) {
        WorkerExecutor threads = vertx.createSharedWorkerExecutor("reprise-names", THREADS);
        return host -> threads.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false);
    }
}
