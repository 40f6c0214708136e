package io.reprise.message;

/** Which shard a session belongs to; the same on every node and for ever. */
public record Sharding(int shards) {
    public int shardOf(String session) {
        int hash = session.hashCode();
        hash ^= hash >>> 16;
        return Math.floorMod(hash * 0x9E3779B9, shards);
    }
}
