package io.reprise.store.checkpoint;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Port: which checkpoints must be kept, whatever their age. */
public interface NeededCheckpoints {
    /**
     * For each of these sessions, the ids of the checkpoints that an open interrupt or an unfinished run names, and of the
     * runs that are unfinished or have an open interrupt. Sessions that do not exist have none.
     *
     * @param user leaves out sessions of other users; null: all are included
     */
    Future<Map<String, Set<String>>> of(List<String> sessions, String user);
}
