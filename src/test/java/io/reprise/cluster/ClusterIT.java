package io.reprise.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.reprise.config.cluster.ClusterSettings;
import io.reprise.message.BusMessage;
import io.reprise.message.bus.BusCodec;
import io.reprise.message.bus.BusMessages;
import io.reprise.message.bus.NodeBus;
import io.reprise.testing.Listening;
import io.reprise.testing.Loopback;
import io.reprise.testing.Patience;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.MessageConsumer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Nodes in one process, each with its own Hazelcast and its own event bus at its own address. */
class ClusterIT {
    private static final int PORT = 5_701;
    private static final int BUS_PORT = 5_711;

    private final List<Vertx> started = new ArrayList<>();
    private final Map<String, Supplier<Set<String>>> reached = new HashMap<>();
    private final AtomicInteger again = new AtomicInteger();
    private final String first = Loopback.address();
    private final String second = Loopback.address();

    @AfterEach
    void stop() {
        started.reversed().forEach(node -> done(node.close()));
    }

    @Test
    void nodes_exchange_every_message() {
        Vertx one = node(first, "n_1", 64);
        Vertx two = node(second, "n_2", 64);
        List<BusMessage> arrived = new CopyOnWriteArrayList<>();
        done(NodeBus.of(two)
                .listen(List.of("there"), BusMessage.class, arrived::add)
                .begun());
        // Another node hears of an address a little later than the one that listens.
        await().atMost(Patience.LIMIT).until(() -> {
            NodeBus.of(one).send("there", BusMessages.all().getFirst());
            return !arrived.isEmpty();
        });

        List<BusMessage> sent = BusMessages.all();
        sent.forEach(message -> NodeBus.of(one).send("there", message));

        await().atMost(Patience.LIMIT)
                .until(() -> arrived.size() > sent.size() && arrived.getLast().equals(sent.getLast()));
        assertThat(arrived.subList(arrived.size() - sent.size(), arrived.size()))
                .isEqualTo(sent)
                .noneMatch(message -> sent.stream().anyMatch(its -> its == message));
    }

    /**
     * Symptom: after a cut of the network, nodes did not reach each other for up to a minute, and some commands had no answer.
     * Cause: a node that finds another one gone removes what this one has registered, also when it is back already.
     */
    @Test
    void addresses_that_the_others_have_lost_are_registered_again_and_counted() {
        Vertx one = node(first, "n_1", 64);
        Vertx two = node(second, "n_2", 64);
        AtomicInteger arrived = new AtomicInteger();
        done(two.eventBus()
                .consumer("there", message -> arrived.incrementAndGet())
                .completion());
        awaitArrival(one, arrived);

        HazelcastInstance shared =
                Hazelcast.getAllHazelcastInstances().iterator().next();
        shared.getMultiMap("__vertx.subs").delete("there");
        shared.getMap("__vertx.nodeInfo").clear();

        await().atMost(Patience.LIMIT).until(() -> again.get() == 3);
        assertThat(shared.getMultiMap("__vertx.subs").valueCount("there")).isEqualTo(1);
        assertThat(shared.getMap("__vertx.nodeInfo").size()).isEqualTo(2);
        awaitArrival(one, arrived);
    }

    @Test
    void what_does_not_listen_any_more_is_not_registered_again() {
        Vertx one = node(first, "n_1", 64);
        MessageConsumer<Object> consumer = one.eventBus().consumer("there", message -> {});
        done(consumer.completion());
        done(one.eventBus().consumer("here", message -> {}).completion());
        HazelcastInstance shared =
                Hazelcast.getAllHazelcastInstances().iterator().next();

        done(consumer.unregister());
        shared.getMultiMap("__vertx.subs").delete("here");

        await().atMost(Patience.LIMIT).until(() -> again.get() == 1);
        assertThat(shared.getMultiMap("__vertx.subs").keySet()).isEqualTo(Set.of("here"));
    }

    /** Another node hears of an address a little later than the one that listens. */
    private static void awaitArrival(Vertx from, AtomicInteger arrived) {
        int before = arrived.get();
        await().atMost(Patience.LIMIT).until(() -> {
            from.eventBus().send("there", "hello");
            return arrived.get() > before;
        });
    }

    @Test
    void a_node_tells_the_names_of_those_that_it_reaches() {
        node(first, "n_1", 64);
        assertThat(reached.get("n_1").get()).containsExactly("n_1");
        Vertx two = node(second, "n_2", 64);
        assertThat(reached.values()).allSatisfy(its -> assertThat(its.get()).containsExactlyInAnyOrder("n_1", "n_2"));

        done(two.close());

        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(reached.get("n_1").get()).containsExactly("n_1"));
        assertThat(reached.get("n_2").get()).doesNotContain("n_1");
    }

    @Test
    void a_node_listens_at_its_address_and_at_no_other() {
        long self = ProcessHandle.current().pid();
        Set<String> before = Listening.of(self);

        node(first, "n_1", 64);

        Set<String> more = new TreeSet<>(Listening.of(self));
        more.removeAll(before);
        assertThat(more).containsExactlyInAnyOrder(first + ":" + PORT, first + ":" + BUS_PORT);
    }

    @Test
    void a_node_with_another_number_of_shards_is_refused() {
        node(first, "n_1", 64);

        assertThatThrownBy(() -> node(second, "n_2", 32))
                .hasRootCauseInstanceOf(ClusterException.class)
                .rootCause()
                .hasMessage("cluster tests: node n_1 at " + first + ":" + PORT
                        + " has sessions.shards 64, this node has 32");
    }

    @Test
    void a_node_with_another_protocol_is_refused() {
        node(first, new Member("n_1", BusCodec.PROTOCOL, 64));

        assertThatThrownBy(() -> node(second, new Member("n_2", BusCodec.PROTOCOL + 1, 64)))
                .rootCause()
                .hasMessage("cluster tests: node n_1 at " + first + ":" + PORT + " has protocol " + BusCodec.PROTOCOL
                        + ", this node has " + (BusCodec.PROTOCOL + 1));
    }

    @Test
    void the_nodes_of_another_cluster_stay_apart() {
        node(first, "n_1", 64);

        Vertx other = start(settings("others", second), new Member("n_2", BusCodec.PROTOCOL, 32));

        assertThat(other.isClustered()).isTrue();
    }

    private Vertx node(String host, String name, int shards) {
        return node(host, new Member(name, BusCodec.PROTOCOL, shards));
    }

    private Vertx node(String host, Member member) {
        return start(settings("tests", host), member);
    }

    private Vertx start(ClusterSettings settings, Member member) {
        Cluster.Joined joined = done(Cluster.start(new VertxOptions(), settings, member, again::addAndGet));
        Vertx vertx = joined.vertx();
        started.add(vertx);
        reached.put(member.node(), joined.reached());
        BusCodec.register(vertx.eventBus());
        return vertx;
    }

    private ClusterSettings settings(String name, String host) {
        return new ClusterSettings(
                true, name, host, PORT, BUS_PORT, List.of(first, second), List.of(), 10_000, 3_000, 8_000, 1_000, 100);
    }

    private static <T> T done(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
