package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.DatabaseProxy;
import io.reprise.testing.LogLines;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** One database has one server: no server takes another's sessions by mistake. */
class OneServerIT {
    private final DatabaseUri database = TestDatabase.fresh();

    /**
     * Symptom: after a second server was started on the same database, every message to the first was refused
     * {@code unavailable} forever, and neither said why. Cause: the second took all shards without a check.
     */
    @Test
    void a_second_server_reports_the_first_and_ends_and_the_first_continues() {
        try (TestServer first = TestServer.start(database, Map.of());
                TestClient tab = first.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);

            try (ServerProcess second =
                    ServerProcess.launch(Map.of("database.url", database.reveal(), "database.lockWaitMs", "500"))) {
                assertThat(second.awaitExit()).isEqualTo(1);
                assertThat(second.complained())
                        .singleElement()
                        .asString()
                        .startsWith("reprise: another Reprise (")
                        .contains("is using database " + database);
                assertThat(second.said()).isEmpty();
            }

            tab.awaitEnd(session, tab.send(session, "/echo still mine").getString("run"));
            assertThat(tab.text(session, null)).isEqualTo("still mine");
        }
    }

    @Test
    void after_a_kill_the_next_server_starts_immediately() {
        ServerProcess first = ServerProcess.start(Map.of("database.url", database.reveal()));
        first.kill();

        try (ServerProcess second = ServerProcess.start(Map.of("database.url", database.reveal()))) {
            assertThat(second.troubles()).isEmpty();
        }
    }

    @Test
    void a_server_whose_database_was_taken_over_logs_it_and_ends() {
        try (DatabaseProxy proxy = DatabaseProxy.before(database);
                ServerProcess first =
                        ServerProcess.start(Map.of("database.url", proxy.uri().reveal(), "database.checkMs", "100"))) {
            proxy.refuse();
            try (TestServer second = TestServer.start(database, Map.of());
                    TestClient tab = second.client("ada")) {
                proxy.heal();

                assertThat(first.awaitExit()).isEqualTo(3);
                assertThat(first.complained())
                        .singleElement()
                        .asString()
                        .startsWith("reprise: another Reprise (")
                        .contains("has taken over database");
                assertThat(first.logged("database lost; stopping the node")).hasSize(1);
                String session = tab.create();
                tab.attachLive(session);
                tab.awaitEnd(session, tab.send(session, "/echo mine").getString("run"));
            }
        }
    }

    /** With a proxy that shares connections the lock excludes nobody; then this must at least be visible. */
    @Test
    void a_lost_shard_is_logged_once() throws SQLException {
        DatabaseUri database = TestDatabase.empty();
        try (LogLines log = LogLines.of("io.reprise.session");
                TestServer server = TestServer.start(database, Map.of("sessions.shards", "1"));
                TestClient tab = server.client("ada")) {
            List<String> sessions = List.of(tab.create(), tab.create());
            takeAllSessions(database);

            for (String session : sessions) {
                JsonObject send = new JsonObject().put("session", session).put("text", "/echo lost");
                assertThat(tab.ask("send", send).getString("code")).isEqualTo("unavailable");
            }

            assertThat(log.with("another server has taken this shard")).hasSize(1);
        }
    }

    private static void takeAllSessions(DatabaseUri database) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("UPDATE session SET owner = owner + 1000"))
                    .isEqualTo(2);
        }
    }
}
