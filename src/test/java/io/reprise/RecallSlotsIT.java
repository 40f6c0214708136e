package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Seed;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Many recurring recalls, runs that are stopped at random and a server that stops: each slot is run once or counted.
 */
class RecallSlotsIT {
    private static final int RECALLS = 50;
    private static final long INTERVAL_MS = 2_000;
    private static final int RUNS_EACH = 6;

    /** The number of started runs, after which the server is stopped and started again. */
    private static final List<Integer> RESTARTS = List.of(RECALLS * 2, RECALLS * 4);

    private static final Map<String, String> SETTINGS = Map.of("recalls.intervalMinMs", "1000");

    private final DatabaseUri database = TestDatabase.fresh();
    private final Random random = Seed.random("RecallSlotsIT");
    private final List<String> sessions = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    @Test
    void each_slot_has_one_run_or_is_counted_as_missed() throws SQLException {
        TestServer server = TestServer.start(database, SETTINGS);
        try {
            try (TestClient tab = server.client("ada")) {
                for (int i = 0; i < RECALLS; i++) sessions.add(scheduled(tab));
            }
            for (int runs : RESTARTS) {
                stopSomeRuns(server, () -> seen.size() >= runs);
                server.stop();
                server = TestServer.start(database, SETTINGS);
            }
            stopSomeRuns(server, () -> runsEach() >= RUNS_EACH);
        } finally {
            server.stop();
        }

        List<Slots> all = slots();

        assertThat(all).hasSize(RECALLS).allSatisfy(Slots::assertAccountedFor);
        assertThat(all.stream().flatMap(slots -> slots.outcomes().stream())).contains("success", "cancelled");
        sessions.forEach(session -> StoredLog.of(database, session).assertWhole());
    }

    private String scheduled(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        String call = "/tool schedule_recall {\"text\":\"/stream 8 20\",\"every\":\"" + INTERVAL_MS + " ms\"}";
        String run = tab.send(session, call).getString("run");
        tab.awaitEnd(session, run);
        assertThat(tab.text(session, run)).contains("Scheduled every 2 seconds");
        return session;
    }

    /** Watches all sessions until there are enough runs, and stops one in four of them. */
    private void stopSomeRuns(TestServer server, java.util.function.BooleanSupplier enough) {
        try (TestClient tab = server.client("ada")) {
            sessions.forEach(tab::attachLive);
            int[] looked = {0};
            List<JsonObject> begun = new ArrayList<>();
            while (!enough.getAsBoolean()) {
                tab.awaitThat("runs of recalls", () -> {
                    List<JsonObject> frames = tab.frames();
                    for (; looked[0] < frames.size(); looked[0]++) {
                        if (isRunOfRecall(frames.get(looked[0]))) begun.add(frames.get(looked[0]));
                    }
                    return !begun.isEmpty();
                });
                begun.forEach(frame -> meet(tab, frame));
                begun.clear();
            }
        }
    }

    private void meet(TestClient tab, JsonObject started) {
        String run = started.getString("run");
        if (!seen.add(run) || random.nextInt(4) != 0) return;
        tab.say(new JsonObject()
                .put("type", "stop")
                .put("id", UUID.randomUUID().toString())
                .put("session", started.getString("session"))
                .put("run", run));
    }

    private static boolean isRunOfRecall(JsonObject frame) {
        return frame.getString("type").equals("event")
                && type(frame).equals("RUN_STARTED")
                && "recall".equals(event(frame).getJsonObject("metadata").getString("origin"));
    }

    // --- what is stored

    /** A recall and its runs; times in ms. */
    private record Slots(
            String recall,
            String status,
            long firstMs,
            long nextMs,
            int missed,
            List<Long> run,
            List<String> outcomes) {
        /** A run that the last stop has suspended keeps its recall running: its slot is not finished. */
        void assertAccountedFor() {
            boolean suspended = status.equals("running");
            if (!suspended) assertThat(status).as(recall).isEqualTo("pending");
            assertThat(run)
                    .as("slots of %s", recall)
                    .hasSizeGreaterThanOrEqualTo(RUNS_EACH)
                    .doesNotHaveDuplicates();
            assertThat(run)
                    .isSorted()
                    .allSatisfy(
                            slot -> assertThat((slot - firstMs) % INTERVAL_MS).isZero());
            assertThat(suspended ? outcomes.subList(0, outcomes.size() - 1) : outcomes)
                    .doesNotContainNull();
            assertThat(run.size() + missed)
                    .as("runs and missed slots of %s", this)
                    .isEqualTo((int) ((nextMs - firstMs) / INTERVAL_MS) + (suspended ? 1 : 0));
        }
    }

    private int runsEach() {
        try {
            List<Slots> all = slots();
            return all.stream().mapToInt(slots -> slots.run().size()).min().orElse(0);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Slots> slots() throws SQLException {
        Map<String, Slots> all = new TreeMap<>();
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            try (ResultSet row = statement.executeQuery("""
                    SELECT recall.*, (SELECT payload::json -> 'value' ->> 'triggerAt' FROM session_event
                                      WHERE session_event.session_id = recall.session_id AND type = 'CUSTOM'
                                        AND payload::json -> 'value' ->> 'action' = 'scheduled') AS first
                    FROM recall""")) {
                while (row.next()) {
                    Slots slots = new Slots(
                            row.getString("id"),
                            row.getString("status"),
                            Instant.parse(row.getString("first")).toEpochMilli(),
                            row.getTimestamp("slot_at").getTime(),
                            row.getInt("missed"),
                            new ArrayList<>(),
                            new ArrayList<>());
                    all.put(slots.recall(), slots);
                }
            }
            try (ResultSet row = statement.executeQuery(
                    "SELECT * FROM run WHERE recall_id IS NOT NULL ORDER BY session_id, first_seq")) {
                while (row.next()) {
                    Slots slots = all.get(row.getString("recall_id"));
                    slots.run().add(row.getTimestamp("recall_slot").getTime());
                    slots.outcomes().add(row.getString("outcome"));
                }
            }
        }
        return List.copyOf(all.values());
    }
}
