package io.reprise.history;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** Port: the active runs of all users, for administrators. A failed future means that the store is unavailable. */
public interface RunDirectory {
    /** At most {@code limit} of them, those that began first before the others. */
    Future<List<Entry>> active(int limit);

    /**
     * Records that an administrator stops a run. Empty if the run is not active.
     *
     * @return the user whose run it is
     */
    Future<Optional<String>> stop(String session, String run, String by);

    /** The nodes of a cluster that own shards; empty for a server that is alone. */
    Future<List<Node>> nodes();

    /** @param shards how many it owns */
    record Node(String node, int shards) {}

    /** @param origin such as {@code user} or {@code recall} */
    record Entry(String session, String run, String user, String agent, String origin, long startedMs) {}
}
