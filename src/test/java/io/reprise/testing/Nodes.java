package io.reprise.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Nodes of one cluster, each a process, on one database of a test. One that ends is started again under its address. */
public final class Nodes implements AutoCloseable {
    private final DatabaseUri database = TestDatabase.fresh();
    private final Map<String, String> settings;
    private final List<Place> places;
    private final List<String> hosts;
    private final DatabaseProxy way;
    private final List<ServerProcess> nodes = new ArrayList<>();

    /** @param settings beside those that make it a cluster with short leases */
    public Nodes(int count, Map<String, String> settings) {
        this.settings = settings;
        places = Collections.nCopies(count, Place.HERE);
        hosts = IntStream.range(0, count).mapToObj(i -> Loopback.address()).toList();
        way = null;
        for (int i = 0; i < count; i++) nodes.add(launch(i));
    }

    /** One in each place of this network. */
    public Nodes(CutNetwork network, Map<String, String> settings) {
        this.settings = settings;
        places = network.places();
        hosts = places.stream().map(Place::host).toList();
        way = DatabaseProxy.before(database, network.gateway());
        for (int i = 0; i < places.size(); i++) nodes.add(launch(i));
    }

    private ServerProcess launch(int i) {
        Map<String, String> all = new HashMap<>();
        all.put("database.url", (way == null ? database : way.uri()).reveal());
        all.put("database.timeoutMs", "60000"); // A busy machine starts slowly.
        all.put("sessions.titles", "off");
        all.put("cluster.enabled", "true");
        all.put("cluster.host", hosts.get(i));
        all.put("cluster.members", String.join(",", hosts));
        all.put("cluster.leaseMs", "5000"); // Short, so that faults are noticed soon.
        all.put("cluster.renewMs", "1000");
        all.put("cluster.silenceMs", "4000");
        all.putAll(settings);
        return ServerProcess.launch(all, places.get(i));
    }

    public DatabaseUri database() {
        return database;
    }

    public int count() {
        return nodes.size();
    }

    public synchronized ServerProcess node(int i) {
        return nodes.get(i);
    }

    /** Starts a node again that has ended; does not wait until it is ready. */
    public synchronized ServerProcess restart(int i) {
        nodes.set(i, launch(i));
        return nodes.get(i);
    }

    /** The numbers of the nodes that accept clients. */
    public synchronized List<Integer> ready() {
        return IntStream.range(0, nodes.size())
                .filter(i -> nodes.get(i).isReady())
                .boxed()
                .toList();
    }

    /** Waits until so many nodes accept clients. */
    public List<Integer> awaitReady(int many) {
        await().atMost(Patience.LIMIT).until(() -> {
            for (int i = 0; i < count(); i++)
                assertThat(node(i).isFailed()).as("%s", node(i).log()).isFalse();
            return ready().size() >= many;
        });
        return ready();
    }

    /** Waits until every node has its fair share of the shards. */
    public void awaitShared() {
        awaitReady(count());
        int share = Math.ceilDiv(TestDatabase.SHARDS, count());
        await().atMost(Patience.LIMIT)
                .until(() -> nodes.stream().allMatch(node -> shardsOf(name(node)) > 0)
                        && nodes.stream().allMatch(node -> shardsOf(name(node)) <= share)
                        && StoredLog.strings(database, "SELECT shard::text FROM shard WHERE until > now()")
                                        .size()
                                == TestDatabase.SHARDS);
    }

    private int shardsOf(String name) {
        return StoredLog.strings(
                        database, "SELECT shard::text FROM shard WHERE until > now() AND node = '" + name + "'")
                .size();
    }

    /** A node that accepts clients. */
    public ServerProcess any(Random random) {
        List<Integer> ready = awaitReady(1);
        return node(ready.get(random.nextInt(ready.size())));
    }

    /** The name of a node that is ready. */
    public static String name(ServerProcess node) {
        return node.logged("ready").getFirst().getString("node");
    }

    /** The number of the node that owns the session, or -1 while nobody does. */
    public int ownerOf(String session) {
        var owners = StoredLog.strings(
                database,
                "SELECT node FROM shard JOIN session USING (shard) WHERE until > now() AND id = '" + session + "'");
        return ready().stream()
                .filter(i -> owners.contains(name(node(i))))
                .findFirst()
                .orElse(-1);
    }

    /** What this node tells administrators of what it does. */
    public static JsonObject live(ServerProcess node) {
        return new JsonObject(node.call("GET", "/api/v1/live", node.token("root", "admin"), null)
                .body());
    }

    @Override
    public void close() {
        nodes.forEach(ServerProcess::close);
        if (way != null) way.close();
    }
}
