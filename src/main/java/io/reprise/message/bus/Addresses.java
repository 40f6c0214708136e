package io.reprise.message.bus;

import io.reprise.message.Delivery;
import io.reprise.message.NodeMessage;
import io.reprise.message.UserNotices;

/** Addresses on the event bus. There is none per session. */
public final class Addresses {
    /** Published to every session verticle: {@link NodeMessage.WhoOwns} and {@link NodeMessage.ShardsFree}. */
    public static final String SHARD_OWNERS = "session.owners";

    /** Published to every gateway: {@link Delivery.ShardOwned}. */
    public static final String SHARD_NEWS = "gateway.shards";

    /** Published to the verticles that run jobs: {@link NodeMessage.LookForJobs}. */
    public static final String JOBS = "jobs";

    /** Published to every node: {@link NodeMessage.SettingsChanged}. */
    public static final String SETTINGS = "settings";

    /** Published to every node: {@link NodeMessage.CatalogChanged}. */
    public static final String CATALOG = "catalog";

    /** Published to every node: {@link NodeMessage.BudgetSpent}. */
    public static final String BUDGETS = "budgets";

    /** Published to every node: {@link NodeMessage.McpToolsCleared}. */
    public static final String MCP_TOOLS = "mcp.tools";

    /** Published to every node: {@link NodeMessage.KeyEnded}. */
    public static final String KEYS = "keys";

    /** Published to every gateway: {@link UserNotices}. */
    public static final String NOTICES = "gateway.notices";

    private Addresses() {}

    /** The shard's owner; a new owner number is a new address, so that nothing reaches an old owner by mistake. */
    public static String shard(int shard, long owner) {
        return "session." + shard + "." + owner;
    }

    public static String gateway(String node, int instance) {
        return "gateway." + node + "." + instance;
    }

    /** Published to the gateways of a node: {@link NodeMessage.ConfigNews}. */
    public static String configNews(String node) {
        return "gateway.config." + node;
    }

    /** Published to the gateways of a node: {@link NodeMessage.McpNews}. */
    public static String mcpNews(String node) {
        return "gateway.mcp." + node;
    }

    public static String agent(String node, int instance) {
        return "agent." + node + "." + instance;
    }

    /** Where answers to commands of tools arrive. */
    public static String agentAnswers(String node, int instance) {
        return "agent.answers." + node + "." + instance;
    }

    /** Where a timer learns which verticles own the shards. */
    public static String timer(String node) {
        return "timer." + node;
    }

    /** Where a node of a cluster receives {@link NodeMessage.HowIsNode}. */
    public static String node(String node) {
        return "node." + node;
    }

    /** Where a gateway receives {@link NodeMessage.WhatIsHeld}. */
    public static String gatewayControl(String node, int instance) {
        return "gateway.control." + node + "." + instance;
    }

    /** Where a session verticle receives {@link NodeMessage.Drain} and {@link NodeMessage.WhatIsHeld}. */
    public static String sessionControl(String node, int instance) {
        return "session.control." + node + "." + instance;
    }
}
