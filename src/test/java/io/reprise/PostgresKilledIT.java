package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.OwnDatabase;
import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The private PostgreSQL dies under a running server. Symptom: every command was refused forever, and the health probes
 * reported success. Cause: nothing watched its process, and readiness did not ask the store.
 */
class PostgresKilledIT {
    private static final int KILLS = Rounds.of(2, 3);
    private static final int SESSIONS = 3;

    @TempDir
    Path dataDir;

    private final Random random = Seed.random("PostgresKilledIT");
    private OwnDatabase database;
    private ServerProcess server;
    private TestClient tab;

    @BeforeEach
    void prepare_the_data_folder() {
        database = OwnDatabase.prepared(dataDir);
    }

    @AfterEach
    void stop_everything() {
        if (server != null) server.close();
        database.close();
    }

    @Test
    void it_is_started_again_and_nothing_that_was_accepted_is_lost() {
        start(Map.of("store.waitMs", "600000"));
        Map<String, String> sessions = new LinkedHashMap<>();
        Map<String, String> accepted = new HashMap<>();
        for (int i = 0; i < SESSIONS; i++) {
            String session = tab.create();
            tab.attachLive(session);
            sessions.put(session, tab.send(session, "/stream 100000 100").getString("run"));
        }

        for (int kill = 0; kill < KILLS; kill++) {
            sessions.keySet().forEach(session -> awaitWords(session, random.nextInt(40)));
            for (String session : sessions.keySet()) {
                String id = UUID.randomUUID().toString();
                if (!isResult(tab.ask("send", id, send(session, "/echo " + id)))) continue;
                accepted.put(id, session);
            }
            killPostgres();
            for (String session : sessions.keySet()) {
                String id = UUID.randomUUID().toString();
                awaitAccepted(id, send(session, "/echo " + id));
                accepted.put(id, session);
            }
        }

        sessions.forEach((session, run) -> {
            tab.ask("stop", new JsonObject().put("session", session).put("run", run));
            tab.awaitEnd(session, run);
        });
        await().atMost(Patience.LIMIT)
                .untilAsserted(
                        () -> assertThat(StoredLog.unfinished(database.uri())).isEmpty());
        assertThat(accepted).hasSizeGreaterThanOrEqualTo(KILLS * SESSIONS);
        accepted.forEach((id, session) -> assertThat(
                        StoredLog.of(database.uri(), session).messagesOf(id))
                .as("the message %s", id)
                .isEqualTo(1));
        sessions.keySet()
                .forEach(session ->
                        StoredLog.of(database.uri(), session).assertWhole().assertShownTo(tab, Long.MAX_VALUE));
        assertThat(server.logged("PostgreSQL restarted")).hasSize(KILLS);
        assertThat(server.logged("database lock acquired again")).hasSize(KILLS);
    }

    @Test
    void the_readiness_probe_fails_while_the_database_is_unavailable_and_the_liveness_probe_does_not()
            throws IOException {
        start(Map.of("database.restartMs", "100", "database.restartMaxMs", "100", "database.restartsMax", "1000"));
        assertThat(health("ready")).isEqualTo(200);
        String version = Files.readString(version());
        // It does not start with such files.
        Files.writeString(version(), "9.6\n");

        killPostgresNow();
        await().atMost(Patience.LIMIT).until(() -> health("ready") == 503);
        await().atMost(Patience.LIMIT)
                .until(() ->
                        server.logged("PostgreSQL process ended; restarting it").size() > 2);
        assertThat(health("live")).isEqualTo(200);
        Files.writeString(version(), version);

        await().atMost(Patience.LIMIT).until(() -> health("ready") == 200);
        String session = tab.create();
        assertThat(tab.attachLive(session)).isNotNull();
    }

    @Test
    void a_server_that_cannot_restart_its_postgresql_reports_it_and_ends() throws IOException {
        start(Map.of("database.restartMs", "10", "database.restartMaxMs", "1000", "database.restartsMax", "2"));
        Files.writeString(version(), "9.6\n");

        killPostgresNow();

        assertThat(server.awaitExit()).isEqualTo(3);
        // The driver itself prints a line when its connection is terminated.
        assertThat(server.complained().stream().filter(line -> line.startsWith("reprise: ")))
                .singleElement()
                .asString()
                .startsWith("reprise: PostgreSQL did not start (")
                .contains("server.log");
        assertThat(server.logged("PostgreSQL process ended; restarting it")).hasSize(2);
        assertThat(database.process()).isEmpty();
    }

    @Test
    void a_server_that_is_stopped_while_it_restarts_its_postgresql_leaves_no_process() {
        start(Map.of("database.checkMs", "50"));

        killPostgresNow();
        await().atMost(Patience.LIMIT)
                .until(() -> !server.logged("PostgreSQL process ended; restarting it")
                        .isEmpty());
        server.signal("TERM");

        assertThat(server.awaitExit()).isEqualTo(143);
        assertThat(database.process()).isEmpty();
    }

    // --- helpers

    private void start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of("database.checkMs", "100", "shutdown.drainMs", "0"));
        all.putAll(settings);
        server = ServerProcess.startOn(dataDir, all);
        tab = server.client("ada");
    }

    private void killPostgres() {
        int before = server.logged("PostgreSQL restarted").size();
        killPostgresNow();
        await().atMost(Patience.LIMIT)
                .until(() -> server.logged("PostgreSQL restarted").size() > before);
    }

    private void killPostgresNow() {
        assertThat(database.process().orElseThrow().destroyForcibly()).isTrue();
    }

    private int health(String probe) {
        return server.call("GET", "/health/" + probe, null, null).statusCode();
    }

    private void awaitWords(String session, int more) {
        long then = tab.view(session).cursor + more;
        tab.awaitThat("more text", () -> tab.view(session).cursor >= then);
    }

    private void awaitAccepted(String id, JsonObject command) {
        await().atMost(Patience.LIMIT).until(() -> {
            int from = tab.frameCount();
            tab.say(command.copy().put("type", "send").put("id", id));
            return isResult(tab.await("answer", from, frame -> id.equals(frame.getString("id"))));
        });
    }

    private static boolean isResult(JsonObject answer) {
        return answer.getString("type").equals("result");
    }

    private static JsonObject send(String session, String text) {
        return new JsonObject().put("session", session).put("text", text);
    }

    private Path version() {
        return dataDir.resolve("postgresql/cluster/data/PG_VERSION");
    }
}
