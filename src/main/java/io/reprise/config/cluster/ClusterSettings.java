package io.reprise.config.cluster;

import io.reprise.config.AttachmentSettings;
import io.reprise.config.read.Section;
import io.reprise.config.storage.CheckpointSettings;
import io.reprise.config.storage.DatabaseSettings;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Settings of several nodes that share one database.
 *
 * @param enabled false: this is the only node, and it listens to no others
 * @param name nodes join only those of the same name
 * @param host address of this node: it listens on it and on no other, and the other nodes connect to it
 * @param port where nodes find each other
 * @param busPort where nodes send each other messages
 * @param members addresses of nodes, each with or without a port; all addresses of a name are tried
 * @param clientUrls origins of all nodes for clients, this one's among them; empty if clients use an address for all nodes
 * @param leaseMs how long a node owns its shards without a renewal; then others take them
 * @param renewMs pause between two renewals
 * @param silenceMs after which a node that says nothing is taken for dead, in whole seconds
 * @param connectMs longest wait for a connection to a node
 * @param lookMs pause between two looks whether the other nodes know the addresses of this one
 */
public record ClusterSettings(
        boolean enabled,
        String name,
        String host,
        int port,
        int busPort,
        List<String> members,
        List<String> clientUrls,
        int leaseMs,
        int renewMs,
        int silenceMs,
        int connectMs,
        int lookMs) {
    public static final String NAME = "cluster";

    private static final Predicate<String> IS_NAME =
            Pattern.compile("[A-Za-z0-9._-]{1,64}").asMatchPredicate();

    /** Not the addresses that stand for all of a machine. */
    private static final Predicate<String> IS_ADDRESS = Pattern.compile(
                    "(?!0\\.0\\.0\\.0)\\d{1,3}(\\.\\d{1,3}){3}|(?!::$)[0-9a-fA-F:]*:[0-9a-fA-F:.]*")
            .asMatchPredicate();

    private static final Predicate<String> IS_MEMBER = Pattern.compile(
                    "(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]{1,253})(:\\d{1,5})?")
            .asMatchPredicate();

    private static final Predicate<String> IS_ORIGIN = Pattern.compile(
                    "https?://(\\[[0-9a-f:.]+]|[a-z0-9._-]+)(:[0-9]{1,5})?")
            .asMatchPredicate();

    /** A lease must outlast a renewal that fails and the next one. */
    private static final int RENEWALS_MIN = 2;

    public ClusterSettings {
        members = List.copyOf(members);
        clientUrls = List.copyOf(clientUrls);
    }

    public static ClusterSettings read(Section section) {
        ClusterSettings cluster = new ClusterSettings(
                section.bool("enabled", false),
                section.text("name", "reprise", "1 to 64 letters, digits, dots, dashes and underscores", IS_NAME),
                section.text("host", "127.0.0.1", "the IP address of one interface of this machine", IS_ADDRESS),
                section.integer("port", 5_701, 1, 65_535),
                section.integer("busPort", 5_711, 1, 65_535),
                section.list("members", "host or host:port", IS_MEMBER),
                section.list("clientUrls", "an origin such as http://10.0.0.1:8080, without a path", IS_ORIGIN),
                section.integer("leaseMs", 10_000, 2_000, 60_000),
                section.integer("renewMs", 3_000, 100, 20_000),
                section.integer("silenceMs", 8_000, 1_000, 55_000),
                section.integer("connectMs", 1_000, 100, 10_000),
                section.integer("lookMs", 3_000, 100, 60_000));
        section.atLeast("leaseMs", cluster.leaseMs, "twice cluster.renewMs", RENEWALS_MIN * cluster.renewMs);
        section.above("leaseMs", cluster.leaseMs, "cluster.silenceMs", cluster.silenceMs);
        if (cluster.port == cluster.busPort) {
            section.problem("busPort", String.valueOf(cluster.busPort), "must not be cluster.port");
        }
        return cluster;
    }

    /** Reports what each node would have for itself although all of them need it. */
    public void checkShared(
            Section section, DatabaseSettings database, CheckpointSettings checkpoints, AttachmentSettings files) {
        if (!enabled) return;
        if (database.isPrivate()) {
            section.problem("enabled", "true", "needs database.url: nodes share one database");
        }
        if (checkpoints.store() == CheckpointSettings.Store.MEMORY) {
            section.problem("enabled", "true", "needs checkpoints.store postgres or redis: nodes share checkpoints");
        }
        if (files.store() == AttachmentSettings.Store.FOLDER) {
            section.problem("enabled", "true", "needs attachments.store database: nodes share attachments");
        }
    }

    /** What clients are told, and may connect to. */
    public List<String> peers() {
        return enabled ? clientUrls : List.of();
    }

    /** {@link #silenceMs} in seconds, at least one. */
    public int silenceSeconds() {
        return Math.max(1, (int) TimeUnit.MILLISECONDS.toSeconds(silenceMs));
    }
}
