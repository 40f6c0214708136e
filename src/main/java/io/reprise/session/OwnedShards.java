package io.reprise.session;

import io.reprise.message.Sharding;
import java.util.Map;

/**
 * The shards of one verticle, each with the number under which it is owned. Whatever is written or said for a session
 * carries the number of its shard.
 */
final class OwnedShards {
    private final Sharding sharding;
    private Map<Integer, Long> numbers = Map.of();

    OwnedShards(Sharding sharding) {
        this.sharding = sharding;
    }

    void took(Map<Integer, Long> owners) {
        numbers = Map.copyOf(owners);
    }

    long numberOf(int shard) {
        return numbers.get(shard);
    }

    long numberOf(String session) {
        return numberOf(sharding.shardOf(session));
    }
}
