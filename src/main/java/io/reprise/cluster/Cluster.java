package io.reprise.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.reprise.config.cluster.ClusterSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts a Vert.x whose event bus reaches all nodes of the cluster. What it carries between nodes is lost when a
 * connection or a node is lost, and when a node has not yet heard of a new address; what is true is in the database.
 */
public final class Cluster {
    private static final Logger log = LoggerFactory.getLogger(Cluster.class);

    /** How soon a node that says nothing is noticed by the event bus. */
    private static final long PING_MS = 2_000;

    private Cluster() {}

    /**
     * A node of the cluster.
     *
     * @param reached names of the nodes that it is connected to at present, its own included; for any thread
     */
    public record Joined(Vertx vertx, Supplier<Set<String>> reached) {}

    /**
     * Joins the nodes that are listed, or begins a cluster if none of them answers.
     *
     * @param self what this node and the older ones must have in common
     * @param registeredAgain told how many addresses of this node the others had lost
     * @return fails with a {@link ClusterException} if an older node does not fit; then this one has left again
     */
    public static Future<Joined> start(
            VertxOptions options, ClusterSettings settings, Member self, IntConsumer registeredAgain) {
        LastingManager manager = new LastingManager(HazelcastSettings.of(settings, self));
        return Vertx.builder()
                .with(options.setEventBusOptions(bus(settings)))
                .withClusterManager(manager)
                .buildClustered()
                .recover(cause -> Future.failedFuture(new ClusterException(
                        "cluster " + settings.name() + ": cannot join at " + settings.host() + ":" + settings.port()
                                + " (" + cause.getMessage() + ")",
                        cause)))
                .<Vertx>compose(vertx -> refusal(manager.getHazelcastInstance(), self)
                        .map(reason -> left(vertx, "cluster " + settings.name() + ": " + reason))
                        .orElseGet(() -> Future.succeededFuture(vertx)))
                .onSuccess(
                        vertx -> manager.lookEvery(vertx, settings.lookMs(), timer -> look(manager, registeredAgain)))
                .map(vertx -> new Joined(vertx, () -> reached(manager.getHazelcastInstance())));
    }

    private static void look(LastingManager manager, IntConsumer registeredAgain) {
        manager.look()
                .onSuccess(again -> {
                    if (again == 0) return;
                    log.atWarn()
                            .addKeyValue("addresses", again)
                            .log("other nodes had lost addresses of this node; it has registered them again");
                    registeredAgain.accept(again);
                })
                .onFailure(cause -> log.atDebug()
                        .addKeyValue("cause", cause.toString())
                        .log("the addresses of this node could not be looked for"));
    }

    /** While Hazelcast joins the other side of a cut again, or has ended, it has no members. */
    private static Set<String> reached(HazelcastInstance hazelcast) {
        try {
            return hazelcast.getCluster().getMembers().stream()
                    .map(Member::nodeOf)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (HazelcastInstanceNotActiveException e) {
            return Set.of();
        }
    }

    /** For a cluster, the ports and the address as configured; without TLS, on a network that others cannot enter. */
    private static EventBusOptions bus(ClusterSettings settings) {
        return new EventBusOptions()
                .setHost(settings.host())
                .setPort(settings.busPort())
                .setClusterPublicHost(settings.host())
                .setClusterPublicPort(settings.busPort())
                .setConnectTimeout(settings.connectMs())
                .setReconnectAttempts(0)
                .setClusterPingInterval(PING_MS)
                .setClusterPingReplyInterval(PING_MS);
    }

    /** The older nodes are right: members are in the order in which they joined. */
    private static Optional<String> refusal(HazelcastInstance hazelcast, Member self) {
        return hazelcast.getCluster().getMembers().stream()
                .takeWhile(member -> !member.localMember())
                .map(self::refusedBy)
                .map(reason -> reason.orElse(null))
                .filter(Objects::nonNull)
                .findFirst();
    }

    private static Future<Vertx> left(Vertx vertx, String reason) {
        return vertx.close()
                .otherwiseEmpty()
                .compose(closed -> Future.failedFuture(new ClusterException(reason, null)));
    }
}
