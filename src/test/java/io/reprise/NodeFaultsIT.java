package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Conversations;
import io.reprise.testing.MovingClient;
import io.reprise.testing.Nodes;
import io.reprise.testing.Patience;
import io.reprise.testing.Seed;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Three nodes, each a process, that are killed, paused and started again while people talk. Only with {@code -Dtest.soak=true},
 * because it takes many minutes on two processors.
 */
@EnabledIfSystemProperty(named = "test.soak", matches = "true")
class NodeFaultsIT {
    private static final int NODES = 3;
    private static final int KILLS = Integer.getInteger("reprise.nodes.kills", 100);
    private static final int PAUSES = 10;
    private static final int JOINS = 10;
    private static final int ROUNDS = 2;
    private static final int TALKS = 6;
    private static final int READERS = 3;
    private static final String FOREVER = "/stream 1000000 200";

    private static Nodes nodes;

    private final Random random = Seed.random("NodeFaultsIT");
    private Conversations talks;

    @BeforeAll
    static void start() {
        nodes = new Nodes(NODES, Map.of("run.restartsMax", "10", "recalls.pollMs", "500"));
    }

    @AfterEach
    void end_talks() {
        if (talks != null) talks.close();
    }

    @AfterAll
    static void stop() {
        if (nodes != null) nodes.close();
    }

    private static String next(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "/echo short";
            case 1 -> "/steps 3";
            default -> "/stream " + (20 + random.nextInt(150)) + " " + (20 + random.nextInt(80));
        };
    }

    private void talk(String user) {
        nodes.awaitShared();
        talks = new Conversations(nodes, TALKS, user, random, NodeFaultsIT::next);
    }

    /** The moment is random here. */
    private void pause(int mostMs) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(random.nextInt(mostMs));
        while (System.nanoTime() < end) LockSupport.parkNanos(end - System.nanoTime());
    }

    @Test
    void whenever_nodes_are_killed_nothing_is_lost_or_doubled() {
        talk("ada");
        for (int kill = 0; kill < KILLS; kill++) {
            List<Integer> ready = nodes.awaitReady(2);
            String session = talks.clients().get(random.nextInt(TALKS)).session();
            Conversations.recall(nodes, random, "ada", session, 500 + random.nextInt(2_000), "/echo recalled");
            pause(2_000);
            int dies = ready.get(random.nextInt(ready.size()));
            System.out.println("NodeFaultsIT kill " + kill + ": node " + dies);
            nodes.node(dies).kill();
            nodes.restart(dies);
            talks.assertAllTalk();
        }

        List<StoredLog> logs = talks.end();

        assertThat(logs).isNotEmpty();
        assertRecallsOnce();
        for (StoredLog log : logs) {
            assertThat(MovingClient.failed(log)).allMatch(run -> "interrupted".equals(run.code()));
        }
        int moves = talks.clients().stream().mapToInt(MovingClient::moves).sum();
        int runs = logs.stream().mapToInt(log -> log.runs().size()).sum();
        System.out.println("NodeFaultsIT: " + KILLS + " kills, " + runs + " runs, " + moves + " changes of node");
    }

    private static void assertRecallsOnce() {
        await().atMost(Patience.LIMIT)
                .until(() -> StoredLog.strings(
                                nodes.database(), "SELECT id FROM recall WHERE status IN ('pending', 'running')")
                        .isEmpty());
        assertThat(StoredLog.strings(nodes.database(), "SELECT id FROM recall")).isNotEmpty();
        assertThat(StoredLog.strings(
                        nodes.database(),
                        "SELECT recall_id FROM run WHERE recall_id IS NOT NULL GROUP BY recall_id, recall_slot"
                                + " HAVING count(*) > 1"))
                .as("slots with more than one run")
                .isEmpty();
        assertThat(StoredLog.strings(
                        nodes.database(),
                        "SELECT id FROM recall WHERE NOT EXISTS (SELECT 1 FROM run WHERE run.recall_id = recall.id)"))
                .as("recalls without a run")
                .isEmpty();
    }

    @Test
    void what_a_paused_node_writes_late_is_refused_and_counted_while_others_serve_its_readers() {
        for (int i = 0; i < PAUSES; i++) pauseAnOwner("bob" + i);
    }

    private void pauseAnOwner(String user) {
        nodes.awaitShared();
        List<MovingClient> readers = new ArrayList<>();
        try {
            int paused = readLongAnswersOfOneNode(user, readers);
            ServerProcess owner = nodes.node(paused);
            String name = Nodes.name(owner);
            long before = lateWrites(owner);

            owner.signal("STOP");
            await().atMost(Patience.LIMIT)
                    .until(() -> StoredLog.strings(
                                    nodes.database(), "SELECT node FROM shard WHERE node = '" + name + "'")
                            .isEmpty());
            try {
                for (MovingClient reader : readers) {
                    reader.asked("stop", new JsonObject().put("session", reader.session()));
                    reader.awaitAll();
                }
            } finally {
                owner.signal("CONT");
            }

            await().atMost(Patience.LIMIT).until(() -> lateWrites(owner) > before);
            assertThat(Nodes.live(owner)
                            .getJsonObject("cluster")
                            .getJsonObject("here")
                            .getInteger("lost"))
                    .isPositive();
            for (MovingClient reader : readers) {
                assertThat(reader.moves()).isZero();
                reader.say("/echo after all");
                StoredLog log = reader.assertNothingLost();
                assertThat(log.runs().getFirst().outcome()).isEqualTo("cancelled");
                assertThat(log.runs().getLast().outcome()).isEqualTo("success");
            }
        } finally {
            readers.forEach(MovingClient::close);
        }
    }

    /** Readers connected to other nodes; returns the owner. */
    private int readLongAnswersOfOneNode(String user, List<MovingClient> readers) {
        int owner = random.nextInt(NODES);
        Nodes seen = nodes;
        await().atMost(Patience.LIMIT).until(() -> {
            MovingClient reader = new MovingClient(seen, user, random, (owner + 1) % NODES);
            if (seen.ownerOf(reader.session()) == owner) readers.add(reader);
            else reader.close();
            return readers.size() >= READERS;
        });
        for (MovingClient reader : readers) {
            reader.say(FOREVER);
            reader.awaitText();
        }
        return owner;
    }

    private static long lateWrites(ServerProcess node) {
        return Nodes.live(node).getJsonObject("cluster").getJsonObject("here").getLong("lateWrites");
    }

    /** No answer of theirs failed, and each text is there once. */
    private void assertAllWell(List<StoredLog> logs) {
        for (StoredLog log : logs) assertThat(MovingClient.failed(log)).isEmpty();
        for (MovingClient client : talks.clients()) assertTexts(client);
    }

    private void assertTexts(MovingClient client) {
        ServerProcess node = nodes.any(random);
        String body = node.call(
                        "GET",
                        "/api/v1/sessions/" + client.session() + "/messages?limit=200",
                        node.token(client.user()),
                        null)
                .body();
        JsonArray messages = new JsonObject(body).getJsonArray("messages");
        String asked = "";
        for (Object each : messages) {
            JsonObject message = (JsonObject) each;
            String text = message.getString("content", "");
            if (message.getString("role").equals("user")) asked = text;
            else if (asked.startsWith("/stream ")) {
                int words = Integer.parseInt(asked.split(" ")[1]);
                assertThat(text).as(asked).isEqualTo(TestClient.words(words));
            }
        }
    }

    @Test
    void a_node_that_joins_and_leaves_repeatedly_breaks_no_answer() {
        talk("dora");
        int comer = random.nextInt(NODES);
        for (int i = 0; i < JOINS; i++) {
            nodes.node(comer).signal("TERM");
            nodes.node(comer).awaitExit();
            nodes.restart(comer);
            nodes.awaitReady(NODES);
            pause(1_000);
            talks.assertAllTalk();
        }

        assertAllWell(talks.end());
        assertThat(StoredLog.strings(nodes.database(), "SELECT shard::text FROM shard WHERE until > now()"))
                .hasSize(TestDatabase.SHARDS);
    }

    @Test
    void a_rolling_restart_of_all_nodes_breaks_no_answer() {
        talk("eve");
        for (int i = 0; i < NODES * ROUNDS; i++) {
            nodes.node(i % NODES).signal("TERM");
            nodes.node(i % NODES).awaitExit();
            nodes.restart(i % NODES);
            nodes.awaitReady(NODES);
            pause(1_000);
            talks.assertAllTalk();
        }

        assertAllWell(talks.end());
        assertThat(talks.clients()).as("everybody was moved").allMatch(client -> client.moves() > 0);
        nodes.awaitShared();
    }
}
