/** The way to sessions: who owns a shard, commands that wait for their answer, and the connections of this node. */
package io.reprise.gateway.link;
