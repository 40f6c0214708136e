package io.reprise.gateway.link;

import io.reprise.message.ShardMessage;

/** Port: sends messages to the owners of shards. At most once, in order per owner. */
@FunctionalInterface
public interface OwnerPort {
    void send(int shard, long owner, ShardMessage message);
}
