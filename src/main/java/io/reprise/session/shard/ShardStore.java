package io.reprise.session.shard;

import io.vertx.core.Future;
import java.util.Collection;
import java.util.Map;
import java.util.Set;

/**
 * Port: which node owns which shard, until when, by the clock of the store. A failed future means that the outcome is
 * unknown.
 */
public interface ShardStore {
    /**
     * The nodes that live.
     *
     * @param nodes their names, this one included
     * @param nextEndMs time after which the first of the others is taken for dead if it says nothing; -1 without others
     */
    record Living(Set<String> nodes, long nextEndMs) {
        public Living {
            nodes = Set.copyOf(nodes);
        }
    }

    /** Says that this node lives, for {@code ttlMs} from now. */
    Future<Living> live(String node, long ttlMs);

    /** The node ends: others need not wait until it is taken for dead. */
    Future<Void> leave(String node);

    /**
     * Takes up to {@code most} of these shards, of those that nobody owns.
     *
     * @return the new owner number of each, which is larger than all earlier ones
     */
    Future<Map<Integer, Long>> take(String node, Collection<Integer> shards, int most, long ttlMs);

    /**
     * Owns the shards for {@code ttlMs} from now, also if their time was over and nobody has taken them.
     *
     * @param numbers owner number of each shard
     * @return those that still have this owner number
     */
    Future<Set<Integer>> renew(Map<Integer, Long> numbers, long ttlMs);

    /** Gives shards back. Those that have another owner number by now are left as they are. */
    Future<Void> release(Map<Integer, Long> numbers);
}
