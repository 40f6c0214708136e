package io.reprise.session;

import io.reprise.message.bus.Sharding;
import java.util.HashMap;
import java.util.Map;

/**
 * The owner numbers of the shards of a verticle. Every write and message for a session carries the owner number of its
 * shard. The number of a shard that was lost stays known, so that what is still under way carries it and is refused.
 */
final class OwnedShards {
    private final Sharding sharding;
    private final Map<Integer, Long> numbers = new HashMap<>();

    OwnedShards(Sharding sharding) {
        this.sharding = sharding;
    }

    void took(Map<Integer, Long> owners) {
        numbers.putAll(owners);
    }

    long numberOf(int shard) {
        return numbers.get(shard);
    }

    long numberOf(String session) {
        return numberOf(sharding.shardOf(session));
    }
}
