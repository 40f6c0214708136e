package io.reprise.message;

import java.math.BigDecimal;
import java.util.List;

/** Messages that concern a node rather than a session. */
public sealed interface NodeMessage extends BusMessage {
    /** To every session verticle: asks it to tell this gateway which shards it owns. */
    record WhoOwns(String gateway) implements NodeMessage {}

    /** To every session verticle: shards were given back. A hint; they also look by themselves. */
    record ShardsFree() implements NodeMessage {}

    /**
     * To a session verticle: start no new work, let runs finish for at most {@code drainMs}, then suspend the others
     * for the next server, and store everything within {@code storeMs}. Answered by {@link Drained}.
     */
    record Drain(long drainMs, long storeMs) implements NodeMessage {}

    /** To a session verticle or a gateway: asks what it holds in memory. Answered by {@link Held}. */
    record WhatIsHeld() implements NodeMessage {}

    /**
     * What is in memory; for operators, and for tests that nothing remains there.
     *
     * @param commands commands without an outcome
     */
    record Held(int sessions, int sockets, int subscriptions, int commands) implements NodeMessage {
        public static final Held NOTHING = new Held(0, 0, 0, 0);

        public Held plus(Held other) {
            return new Held(
                    sessions + other.sessions,
                    sockets + other.sockets,
                    subscriptions + other.subscriptions,
                    commands + other.commands);
        }
    }

    /**
     * The answer to {@link Drain}: no run is active and everything is stored, unless the store was unavailable.
     *
     * @param suspendedRuns runs that resume when a server has loaded their session
     * @param endedRuns runs that cannot resume
     */
    record Drained(int suspendedRuns, int endedRuns, int unstoredSessions) implements NodeMessage {}

    /** To a node of a cluster, asked by an administrator of any node. Answered by {@link NodeState}. */
    record HowIsNode() implements NodeMessage {}

    /**
     * How a node is, and what has happened to its shards since it started.
     *
     * @param settings version of the settings in use, which differs from that of other nodes by their addresses
     * @param catalog number of the last change of the catalogue's entries in the database that the node has read
     * @param taken shards that nobody owned
     * @param given shards given back to other nodes
     * @param lost shards lost to nodes that took this one for dead
     * @param lateWrites refused by the database, because another node owns the shard
     * @param lostHints times a live reader learned late of events
     */
    record NodeState(String settings, long catalog, long taken, long given, long lost, long lateWrites, long lostHints)
            implements NodeMessage {}

    /** To every verticle that runs jobs: a job was asked for or changed. A hint; they also look by themselves. */
    record LookForJobs() implements NodeMessage {}

    /** To every node: administrators have changed settings. A node reads all of them again. */
    record SettingsChanged() implements NodeMessage {}

    /**
     * Entries of the catalogue in the database have changed.
     *
     * @param node which has changed them, and knows already
     */
    record CatalogChanged(String node) implements NodeMessage {}

    /**
     * To every node: an administrator has cleared the lists of tools of an MCP server.
     *
     * @param node which has done it already
     * @param server null for all servers
     */
    record McpToolsCleared(String node, String server) implements NodeMessage {}

    /** To every node: an API key was removed. A hint; nodes also look by themselves. */
    record KeyEnded(String key) implements NodeMessage {}

    /** To every node: a user has spent the budget of this day, and so much since it began (UTC). */
    record BudgetSpent(String user, long tokens, BigDecimal cost) implements NodeMessage {}

    /**
     * To the gateways of a node: an MCP server works, or does not work any more.
     *
     * @param title for people
     * @param status {@code healthy} or {@code unhealthy}
     */
    record McpNews(String server, String title, String status) implements NodeMessage {}

    /**
     * To the gateways of a node: what has become of settings that were read again. For administrators.
     *
     * @param version of the settings in use
     * @param keys that have changed
     * @param problems why the new ones are not used; empty if they are
     */
    record ConfigNews(String version, List<String> keys, List<String> problems) implements NodeMessage {
        /** Problems, and keys, that are told; a settings file with more of them is shown by {@code GET /config}. */
        private static final int TOLD_MAX = 50;

        public ConfigNews {
            keys = keys.stream().limit(TOLD_MAX).toList();
            problems = problems.stream().limit(TOLD_MAX).toList();
        }

        public static ConfigNews reloaded(String version, List<String> keys) {
            return new ConfigNews(version, keys, List.of());
        }

        public static ConfigNews rejected(String version, List<String> problems) {
            return new ConfigNews(version, List.of(), problems);
        }
    }
}
