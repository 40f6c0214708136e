package io.reprise.session.shard;

import java.util.Set;

/** Port: which nodes this one can exchange messages with at present. Never blocks. For any thread. */
@FunctionalInterface
public interface Reach {
    /** Names of nodes. */
    Set<String> nodes();
}
