package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Conversations;
import io.reprise.testing.CutNetwork;
import io.reprise.testing.MovingClient;
import io.reprise.testing.Nodes;
import io.reprise.testing.Patience;
import io.reprise.testing.Seed;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Three nodes, each in a network namespace of its own, of which one is cut off from the others, in both directions or
 * in one, for longer than a lease while people talk. All of them reach the database, and clients reach all of them.
 * Only with {@code -Dtest.soak=true}, because it takes minutes, and only where root runs the tests.
 */
@EnabledIfSystemProperty(named = "test.soak", matches = "true")
class NetworkCutIT {
    private static final int NODES = 3;
    private static final int ROUNDS = Integer.getInteger("reprise.cut.rounds", 2);
    private static final int TALKS = 6;

    /** For longer than a lease and the time until the others have noticed. */
    private static final int WORDS = 600;

    private static final String LONG = "/stream " + WORDS + " 20";

    private final Random random = Seed.random("NetworkCutIT");
    private CutNetwork network;
    private Nodes nodes;
    private Conversations talks;

    private enum Cut {
        /** Neither hears the other. */
        BOTH,
        /** The others do not hear it. */
        MUTE,
        /** It does not hear the others. */
        DEAF
    }

    @BeforeEach
    void start() {
        network = CutNetwork.of(NODES);
        nodes = new Nodes(network, Map.of("gateway.commandMs", "10000", "run.restartsMax", "10"));
    }

    @AfterEach
    void stop() {
        if (talks != null) talks.close();
        if (nodes != null) nodes.close();
        if (network != null) network.close();
    }

    private static String next(Random random) {
        return random.nextInt(4) == 0
                ? "/echo short"
                : "/stream " + (20 + random.nextInt(150)) + " " + (20 + random.nextInt(80));
    }

    @Test
    void a_node_that_is_cut_off_gives_its_shards_up_and_nothing_is_lost_or_doubled() {
        nodes.awaitShared();
        talks = new Conversations(nodes, TALKS, "ada", random, NetworkCutIT::next);
        for (int round = 0; round < ROUNDS; round++) {
            List<Cut> cuts = new ArrayList<>(List.of(Cut.values()));
            Collections.shuffle(cuts, random);
            for (Cut cut : cuts) cutOff(cut, random.nextInt(NODES));
        }

        List<StoredLog> logs = talks.end();

        assertThat(logs).isNotEmpty();
        logs.forEach(NetworkCutIT::assertHonest);
    }

    /** Readers at every node follow a long answer of a session that this node owns, while it is cut off and healed. */
    private void cutOff(Cut kind, int lost) {
        System.out.println("NetworkCutIT: node " + lost + " " + kind);
        List<MovingClient> readers = new ArrayList<>();
        try {
            MovingClient writer = sessionOf(lost);
            readers.add(writer);
            for (int i = 0; i < NODES; i++) readers.add(new MovingClient(nodes, "bob", random, i, writer.session()));
            String run = writer.say(LONG);
            for (MovingClient reader : readers) reader.awaitText();

            cut(kind, lost);
            try {
                awaitOwners(lost);
                writer.say("/echo during the cut");
            } finally {
                network.heal();
            }
            awaitAgreement();
            writer.say("/echo after the cut");

            for (MovingClient reader : readers) assertHonest(reader.assertNothingLost());
            assertText(writer, run);
            talks.assertAllTalk();
        } finally {
            readers.forEach(MovingClient::close);
        }
    }

    private void cut(Cut kind, int lost) {
        switch (kind) {
            case BOTH -> {
                network.mute(lost);
                network.deafen(lost);
            }
            case MUTE -> network.mute(lost);
            case DEAF -> network.deafen(lost);
        }
    }

    /** A session that this node owns; its first client is connected to another one. */
    private MovingClient sessionOf(int owner) {
        MovingClient[] found = {null};
        await().atMost(Patience.LIMIT).until(() -> {
            found[0] = new MovingClient(nodes, "bob", random, (owner + 1) % NODES);
            if (nodes.ownerOf(found[0].session()) == owner) return true;
            found[0].close();
            return false;
        });
        return found[0];
    }

    /** The others own all shards, and the one that is cut off has no part of them. */
    private void awaitOwners(int lost) {
        String name = Nodes.name(nodes.node(lost));
        String others = "SELECT shard::text FROM shard WHERE until > now() AND node <> '" + name + "'";
        await().atMost(Patience.LIMIT)
                .until(() -> StoredLog.strings(nodes.database(), others).size() == TestDatabase.SHARDS);
        assertThat(owned(nodes.node(lost))).isZero();
    }

    /** Each shard has one owner, and each node knows which it owns. */
    private void awaitAgreement() {
        nodes.awaitShared();
        await().atMost(Patience.LIMIT)
                .until(() ->
                        IntStream.range(0, NODES).map(i -> owned(nodes.node(i))).sum() == TestDatabase.SHARDS);
    }

    /** How many shards it takes for its own. */
    private static int owned(ServerProcess node) {
        String metrics =
                node.call("GET", "/metrics", node.token("root", "admin"), null).body();
        return metrics.lines()
                .filter(line -> line.startsWith("reprise_shards_owned"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(metrics));
    }

    private static void assertHonest(StoredLog log) {
        assertThat(MovingClient.failed(log)).allMatch(run -> "interrupted".equals(run.code()));
    }

    /** If it was not interrupted, each word is there once. */
    private void assertText(MovingClient writer, String run) {
        if (!"success"
                .equals(StoredLog.of(nodes.database(), writer.session())
                        .run(run)
                        .outcome())) return;
        ServerProcess node = nodes.any(random);
        String path = "/api/v1/sessions/" + writer.session() + "/messages?limit=100";
        assertThat(node.call("GET", path, node.token(writer.user()), null).body())
                .contains('"' + TestClient.words(WORDS) + '"');
    }
}
