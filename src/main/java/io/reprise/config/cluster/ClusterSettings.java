package io.reprise.config.cluster;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Settings of several nodes that share one database.
 *
 * @param enabled false: this is the only node, and it listens to no others
 * @param name nodes join only those of the same name
 * @param host address of this node: it listens on it and on no other, and the other nodes connect to it
 * @param port where nodes find each other
 * @param busPort where nodes send each other messages
 * @param members addresses of nodes, each with or without a port; all addresses of a name are tried
 * @param leaseMs how long a node owns its shards without a renewal; then others take them
 * @param renewMs pause between two renewals
 * @param silenceMs after which a node that says nothing is taken for dead, in whole seconds
 * @param connectMs longest wait for a connection to a node
 */
public record ClusterSettings(
        boolean enabled,
        String name,
        String host,
        int port,
        int busPort,
        List<String> members,
        int leaseMs,
        int renewMs,
        int silenceMs,
        int connectMs) {
    /** {@link #silenceMs} in seconds, at least one. */
    public int silenceSeconds() {
        return Math.max(1, (int) TimeUnit.MILLISECONDS.toSeconds(silenceMs));
    }
}
