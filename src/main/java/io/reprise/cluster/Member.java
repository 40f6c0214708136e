package io.reprise.cluster;

import com.hazelcast.config.MemberAttributeConfig;
import java.util.Optional;

/**
 * What nodes must know of each other before they exchange messages.
 *
 * @param node name of the node
 * @param protocol number of the format of messages between nodes
 * @param shards number of shards of all sessions
 */
public record Member(String node, int protocol, int shards) {
    private static final String NODE = "reprise.node";
    private static final String PROTOCOL = "reprise.protocol";
    private static final String SHARDS = "reprise.shards";

    void writeTo(MemberAttributeConfig attributes) {
        attributes.setAttribute(NODE, node);
        attributes.setAttribute(PROTOCOL, Integer.toString(protocol));
        attributes.setAttribute(SHARDS, Integer.toString(shards));
    }

    static String nodeOf(com.hazelcast.cluster.Member member) {
        return word(member, NODE);
    }

    /** Why this node cannot be in a cluster with another one; empty if it can. */
    Optional<String> refusedBy(com.hazelcast.cluster.Member other) {
        String its = "node " + nodeOf(other) + " at " + other.getAddress().getHost() + ":"
                + other.getAddress().getPort();
        return differs(its, "protocol", word(other, PROTOCOL), protocol)
                .or(() -> differs(its, "sessions.shards", word(other, SHARDS), shards));
    }

    private static Optional<String> differs(String other, String what, String its, int mine) {
        return its.equals(Integer.toString(mine))
                ? Optional.empty()
                : Optional.of(other + " has " + what + " " + its + ", this node has " + mine);
    }

    private static String word(com.hazelcast.cluster.Member member, String key) {
        String value = member.getAttribute(key);
        return value == null ? "(none)" : value;
    }
}
