package io.reprise.session;

import io.reprise.message.bus.Sharding;
import java.util.Map;

/**
 * The shards of a verticle with their owner numbers. Every write and message for a session carries the owner number of
 * its shard.
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
