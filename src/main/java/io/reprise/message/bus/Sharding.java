package io.reprise.message.bus;

/** Maps a session to its shard. Must be the same on every node and must never change. */
public record Sharding(int shards) {
    public int shardOf(String session) {
        int hash = session.hashCode();
        hash ^= hash >>> 16;
        return Math.floorMod(hash * 0x9E3779B9, shards);
    }
}
