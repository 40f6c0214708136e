/** Which shards this node owns, and for how long; read {@link io.reprise.session.shard.ShardLeases} first. */
package io.reprise.session.shard;
