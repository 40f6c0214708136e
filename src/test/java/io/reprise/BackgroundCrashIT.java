package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.support.Stopwatch;
import io.reprise.testing.OwnDatabase;
import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed with {@code kill -9} while calls go on in the background: each that was begun has one result. */
class BackgroundCrashIT {
    private static final int ROUNDS = Rounds.of(2, 6);

    @TempDir
    Path dataDir;

    private final List<String> sessions = new ArrayList<>();
    private OwnDatabase database;
    private ServerProcess server;

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
    void whenever_the_server_is_killed_each_call_has_exactly_one_result() {
        Random random = Seed.random("BackgroundCrashIT");
        for (int round = 0; round < ROUNDS; round++) {
            start();
            live(random);
            server.kill();
            database.awaitQuiet();
        }
        start();
        // At one moment: a run that resumes makes a recall, and a recall starts a run.
        await().atMost(Patience.LIMIT).until(() -> number("""
                        SELECT (SELECT count(*) FROM recall WHERE status IN ('pending', 'running', 'paused'))
                            + (SELECT count(*) FROM run WHERE outcome IS NULL)""") == 0);

        int begun = 0;
        for (String session : sessions) {
            long recalls =
                    number("SELECT count(*) FROM recall WHERE call IS NOT NULL AND session_id = '" + session + "'");
            assertThat(results(session)).as(session).isEqualTo(recalls).isLessThanOrEqualTo(1);
            begun += (int) recalls;
            StoredLog.of(database.uri(), session).assertWhole();
        }
        assertThat(begun).isPositive();
    }

    private void start() {
        server = ServerProcess.startOn(dataDir, Map.of("recalls.pollMs", "200"));
    }

    /** Calls end at almost the same time, and the kill happens somewhere around it. */
    private void live(Random random) {
        try (TestClient tab = server.client("ada")) {
            for (int i = 0; i < 4; i++) {
                String session = tab.create();
                sessions.add(session);
                tab.send(session, "/tool sleep {\"seconds\":" + random.nextInt(1, 9) / 10.0 + ",\"background\":true}");
            }
            Stopwatch watch = Stopwatch.started();
            int diesAtMs = random.nextInt(1_200);
            await().pollInterval(Duration.ofMillis(5)).until(() -> watch.ms() > diesAtMs);
        }
    }

    private long results(String session) {
        String body = server.call(
                        "GET", "/api/v1/sessions/" + session + "/messages?limit=100", server.token("ada"), null)
                .body();
        JsonArray messages = new JsonObject(body).getJsonArray("messages");
        return messages.stream()
                .map(message -> (JsonObject) message)
                .filter(message -> message.getString("role").equals("user"))
                .filter(message -> message.getString("content").contains("which went on in the background"))
                .count();
    }

    private long number(String sql) {
        try (Connection connection = TestDatabase.connect(database.uri());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
