package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.Loopback;
import io.reprise.testing.OwnDatabase;
import io.reprise.testing.Patience;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --cluster N}: nodes of one machine that share a private database, and end together. */
class LocalClusterIT {
    private static final int TERMINATED = 143;

    @TempDir
    Path temp;

    private ServerProcess cluster;
    private OwnDatabase database;

    @AfterEach
    void stop_everything() {
        if (cluster != null) cluster.close();
        if (database != null) database.close();
    }

    private void launch(String... arguments) {
        database = OwnDatabase.prepared(temp.resolve("data"));
        Map<String, String> settings = Map.of(
                "data.dir",
                database.dataDir().toString(),
                "cluster.host",
                Loopback.address(),
                // However slow the machine is, no node takes another one for dead.
                "cluster.leaseMs",
                "60000",
                "cluster.silenceMs",
                "50000",
                "database.timeoutMs",
                "60000",
                "shutdown.drainMs",
                "0",
                "sessions.titles",
                "off");
        cluster = ServerProcess.launchWith(settings, arguments);
    }

    @Test
    void nodes_serve_each_others_sessions_one_that_dies_is_told_of_and_all_end_together() {
        launch("--cluster", "2");
        List<Integer> ports = cluster.ports(2);
        List<ProcessHandle> nodes = nodes();
        assertThat(nodes).hasSize(2);
        try (TestClient ada = TestClient.connect(ports.get(0), cluster.token("ada"));
                TestClient other = TestClient.connect(ports.get(1), cluster.token("ada"))) {
            for (int i = 0; i < 4; i++) {
                String session = accepted(ada, "create", new JsonObject()).getString("session");
                other.attachLive(session);
                JsonObject message = new JsonObject().put("session", session).put("text", "/echo of both");
                other.awaitEnd(session, accepted(ada, "send", message).getString("run"));
            }
        }

        ProcessHandle dead = nodes.getFirst();
        dead.destroyForcibly();

        await().atMost(Patience.LIMIT)
                .until(
                        () -> cluster.complained().stream()
                                .anyMatch(
                                        line -> line.matches(
                                                "reprise: node \\d \\(http://127\\.0\\.0\\.1:\\d+\\) has ended with exit code 137; 1 of 2 go on")));
        assertThat(nodes.getLast().isAlive()).isTrue();

        cluster.signal("TERM");

        assertThat(cluster.awaitExit()).isEqualTo(TERMINATED);
        assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        assertThat(database.pidFile()).doesNotExist();
    }

    @Test
    void nodes_end_when_the_process_that_started_them_is_killed() {
        launch("--cluster", "2");
        cluster.ports(2);
        List<ProcessHandle> nodes = nodes();

        cluster.kill();

        await().atMost(Patience.LIMIT).until(() -> nodes.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void a_number_of_nodes_that_cannot_be_is_refused() {
        launch("--cluster", "1");

        assertThat(cluster.awaitExit()).isEqualTo(2);
        assertThat(cluster.complained())
                .containsExactly("reprise: --cluster needs a number of nodes from 2 to 10 (see --help)");
    }

    /** Shards may still move to a node that has just joined. */
    private static JsonObject accepted(TestClient client, String command, JsonObject fields) {
        JsonObject[] answer = {null};
        await().atMost(Patience.LIMIT).until(() -> {
            answer[0] = client.ask(command, fields.copy());
            return answer[0].getString("type").equals("result");
        });
        return answer[0];
    }

    private List<ProcessHandle> nodes() {
        return ProcessHandle.of(cluster.pid())
                .orElseThrow()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("/java"))
                .toList();
    }
}
