package io.reprise.gateway.link;

import io.reprise.message.bus.Sharding;
import java.util.Arrays;
import java.util.OptionalLong;

/** The newest owner of each shard that this gateway knows. A lower owner number is outdated. */
public final class ShardOwners {
    private static final long UNKNOWN = -1;

    private final Sharding sharding;
    private final long[] numbers;

    public ShardOwners(Sharding sharding) {
        this.sharding = sharding;
        this.numbers = new long[sharding.shards()];
        Arrays.fill(numbers, UNKNOWN);
    }

    public int shardOf(String session) {
        return sharding.shardOf(session);
    }

    public OptionalLong of(int shard) {
        return numbers[shard] == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(numbers[shard]);
    }

    /** Returns whether this owner is newer than the known one. */
    public boolean learn(int shard, long number) {
        if (number <= numbers[shard]) return false;
        numbers[shard] = number;
        return true;
    }

    /** Whether every shard's owner is known. */
    public boolean complete() {
        return Arrays.stream(numbers).noneMatch(number -> number == UNKNOWN);
    }
}
