package io.reprise.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.NetworkConfig;
import io.reprise.config.cluster.ClusterSettings;

/** The configuration of Hazelcast: no file, no discovery by multicast, one address, one port. */
final class HazelcastSettings {
    private static final int HEARTBEAT_S = 1;
    private static final int MERGE_S = 5;
    private static final int OPERATION_MS = 10_000;

    /** Registrations survive the loss of two nodes at once. */
    private static final int BACKUPS = 2;

    private HazelcastSettings() {}

    static Config of(ClusterSettings settings, Member self) {
        Config config = new Config().setClusterName(settings.name());
        properties(config, settings);
        network(config.getNetworkConfig(), settings);
        self.writeTo(config.getMemberAttributeConfig());
        // The names that Vert.x uses.
        config.addMultiMapConfig(new MultiMapConfig("__vertx.subs")
                .setBackupCount(BACKUPS)
                .setValueCollectionType(MultiMapConfig.ValueCollectionType.SET));
        config.addMapConfig(new MapConfig("__vertx.haInfo").setBackupCount(1));
        config.addMapConfig(new MapConfig("__vertx.nodeInfo").setBackupCount(1));
        return config;
    }

    private static void properties(Config config, ClusterSettings settings) {
        set(config, "hazelcast.local.localAddress", settings.host());
        set(config, "hazelcast.local.publicAddress", settings.host());
        set(config, "hazelcast.socket.bind.any", false);
        set(config, "hazelcast.heartbeat.interval.seconds", HEARTBEAT_S);
        set(config, "hazelcast.max.no.heartbeat.seconds", settings.silenceSeconds());
        set(config, "hazelcast.merge.first.run.delay.seconds", MERGE_S);
        set(config, "hazelcast.merge.next.run.delay.seconds", MERGE_S);
        set(config, "hazelcast.operation.call.timeout.millis", OPERATION_MS);
        set(config, "hazelcast.phone.home.enabled", false);
        set(config, "hazelcast.logging.type", "slf4j");
        set(config, "hazelcast.shutdownhook.enabled", false);
    }

    private static void set(Config config, String name, Object value) {
        config.setProperty(name, value.toString());
    }

    private static void network(NetworkConfig network, ClusterSettings settings) {
        network.setPort(settings.port()).setPortAutoIncrement(false).setReuseAddress(true);
        JoinConfig join = network.getJoin();
        join.getAutoDetectionConfig().setEnabled(false);
        join.getMulticastConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(true).setMembers(settings.members());
    }
}
