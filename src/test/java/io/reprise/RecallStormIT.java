package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogLines;
import io.reprise.testing.Patience;
import io.reprise.testing.Rounds;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Thousands of recalls of as many sessions are due at the same time, with the default pool of the database. Symptom:
 * their loads filled the pool's queue until later ones were refused as if the database were unavailable. Cause: an
 * unlimited number of loads. A statement may take longer than by default, as the machine of a test may pause.
 */
class RecallStormIT {
    private static final int RECALLS = Rounds.of(2_000, 10_000);

    private final DatabaseUri database = TestDatabase.fresh();

    @Test
    void thousands_of_recalls_due_at_once_all_run_while_people_are_served() throws Exception {
        String read;
        try (TestServer server = TestServer.start(database, Map.of());
                TestClient tab = TestClient.connect(server.port(), server.token("ada"))) {
            read = tab.create();
            String recall = new JsonObject()
                    .put("text", "/echo stretch")
                    .put("schedule", new JsonObject().put("kind", "delay").put("afterMs", 3_600_000))
                    .encode();
            server.call("POST", "/api/v1/sessions/" + read + "/recalls", server.token("ada"), recall);
        }
        makeThemDue();

        try (LogLines lines = LogLines.of("io.reprise.store.database.PgPool");
                TestServer server = TestServer.start(database, Map.of("database.timeoutMs", "30000"));
                TestClient tab = TestClient.connect(server.port(), server.token("ada"))) {
            tab.attachLive(read);
            await().atMost(Patience.LIMIT).until(() -> fired() == RECALLS);

            assertThat(lines.with("does not answer")).isEmpty();
            assertThat(metrics(server))
                    .contains("reprise_loads_waiting 0.0")
                    .doesNotContain("reprise_load_seconds_count{outcome=\"failed\"")
                    .doesNotContain("reprise_append_seconds_count{outcome=\"failed\"");
        }
    }

    /** The wanted number of sessions, each with a copy of the one existing recall. */
    private void makeThemDue() throws SQLException {
        execute("INSERT INTO session (id, user_id, epoch, owner, title_folded) SELECT 's_due' || i, 'ada', 'e_1', 0, ''"
                + " FROM generate_series(1, " + RECALLS + ") AS i");
        execute("INSERT INTO recall (id, session_id, user_id, text, schedule, status, slot_at, trigger_at,"
                + " deferrals, failures, missed, created_at)"
                + " SELECT 'rc_due' || i, 's_due' || i, user_id, text, schedule, status, now(), now(), 0, 0, 0, now()"
                + " FROM recall, generate_series(1, " + RECALLS + ") AS i");
    }

    private int fired() throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM recall WHERE status = 'fired'")) {
            row.next();
            return row.getInt(1);
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String metrics(TestServer server) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(server.url() + "/metrics")).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
