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
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
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

/**
 * The server is killed with {@code kill -9} around the due time of recalls, repeatedly on the same data
 * folder: no slot has two runs, and no recall is forgotten.
 */
class RecallCrashIT {
    private static final int ROUNDS = Integer.getInteger("reprise.recall.crash.rounds", Rounds.of(2, 5));
    private static final Duration PATIENCE = Patience.LIMIT;

    /** Runs that end immediately, while they are killed, and never. */
    private static final List<String> TEXTS = List.of("/echo now", "/stream 400 200", "/hang", "/fail model_error");

    private final List<String> scheduled = new ArrayList<>();

    @TempDir
    Path dataDir;

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
    void after_kills_around_its_due_time_a_recall_runs_exactly_once() {
        Random random = Seed.random("RecallCrashIT");
        for (int round = 0; round < ROUNDS; round++) {
            start(random);
            live(random);
            server.kill();
            database.awaitQuiet();
            assertNoSlotTwice();
        }
        start(random);
        stopWhatHangs();
        await().atMost(PATIENCE).untilAsserted(() -> {
            stopWhatHangs();
            assertThat(numbers("SELECT count(*) FROM recall WHERE schedule LIKE '%once%'"
                            + " AND status IN ('pending', 'running')"))
                    .as("recalls that are due once and not over")
                    .containsExactly(0L);
        });
        assertNoSlotTwice();
        assertNothingForgotten();
    }

    /** The runs of the previous life resume, with their recalls, or end. */
    private void start(Random random) {
        server = ServerProcess.startOn(
                dataDir,
                Map.of(
                        "run.restartsMax", random.nextBoolean() ? "2" : "0",
                        "recalls.retryMs", "500",
                        "recalls.failuresMax", "2",
                        "recalls.pollMs", "500",
                        "recalls.intervalMinMs", "1000"));
    }

    /** Some recalls become due at almost the same time, and the kill happens somewhere around it. */
    private void live(Random random) {
        String token = server.token("ada");
        try (TestClient tab = server.client("ada")) {
            for (int i = 0; i < 4; i++) {
                String session = tab.create();
                schedule(token, session, TEXTS.get(random.nextInt(TEXTS.size())), delay(200 + random.nextInt(800)));
                if (i == 0)
                    schedule(
                            token,
                            session,
                            "/echo again",
                            new JsonObject().put("kind", "interval").put("everyMs", 1_000));
            }
            Stopwatch watch = Stopwatch.started();
            int diesAtMs = random.nextInt(2_500);
            await().pollInterval(Duration.ofMillis(5)).until(() -> watch.ms() > diesAtMs);
        }
    }

    private static JsonObject delay(long ms) {
        return new JsonObject().put("kind", "delay").put("afterMs", ms);
    }

    private void schedule(String token, String session, String text, JsonObject schedule) {
        HttpResponse<String> response = server.call(
                "POST",
                "/api/v1/sessions/" + session + "/recalls",
                token,
                new JsonObject().put("text", text).put("schedule", schedule).encode());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
        scheduled.add(new JsonObject(response.body()).getString("id"));
    }

    private void stopWhatHangs() {
        String token = server.token("ada");
        for (String session : StoredLog.unfinished(database.uri())) {
            server.call("POST", "/api/v1/sessions/" + session + "/stop", token, "{}");
        }
    }

    // --- what must hold

    /** By the log, which is independent of the unique index that prevents it. */
    private void assertNoSlotTwice() {
        assertThat(numbers("SELECT count(*) FROM run WHERE recall_id IS NOT NULL GROUP BY recall_id, recall_slot"))
                .as("runs of each slot")
                .allMatch(runs -> runs == 1);
        assertThat(numbers("""
                        SELECT count(*) FROM run WHERE outcome IS NULL AND recall_id IS NOT NULL
                          AND NOT EXISTS (SELECT 1 FROM recall WHERE recall.run_id = run.id
                                          AND recall.status = 'running')""")).as("runs that no recall knows of").containsExactly(0L);
        assertThat(numbers("""
                        SELECT count(*) FROM recall WHERE status = 'running'
                          AND NOT EXISTS (SELECT 1 FROM run WHERE run.id = recall.run_id AND run.outcome IS NULL)""")).as("recalls that wait for a run that is over").containsExactly(0L);
        for (String session : StoredLog.sessions(database.uri())) {
            StoredLog.of(database.uri(), session).assertWhole();
        }
    }

    /**
     * Every accepted one exists, and each single recall that is finished had a run, except those whose run ended with
     * an interrupt.
     */
    private void assertNothingForgotten() {
        assertThat(numbers("SELECT count(*) FROM recall")).containsExactly((long) scheduled.size());
        assertThat(numbers("""
                        SELECT count(*) FROM recall WHERE schedule LIKE '%once%'
                          AND NOT EXISTS (SELECT 1 FROM run WHERE run.recall_id = recall.id)""")).as("due once, over, and without a run").containsExactly(0L);
    }

    private List<Long> numbers(String sql) {
        List<Long> found = new ArrayList<>();
        try (Connection connection = TestDatabase.connect(database.uri());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) found.add(rows.getLong(1));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return found;
    }
}
