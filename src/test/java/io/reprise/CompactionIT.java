package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Administration;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A long chat whose old rows are compacted while somebody reads it. */
class CompactionIT {
    @Test
    void a_compacted_chat_reads_as_before_from_its_beginning_and_from_a_cursor_within_a_row() throws SQLException {
        try (TestServer server =
                        TestServer.start(Map.of("log.replayEvents", "100", "log.flushMs", "50", "jobs.pollMs", "100"));
                TestClient ada = server.client("ada")) {
            String session = ada.create();
            JsonObject attached = ada.attachLive(session);
            ada.awaitEnd(session, ada.send(session, "/stream 2000 250").getString("run"));
            ada.awaitEnd(session, ada.send(session, "/echo last").getString("run"));
            String messages = messages(server, session);
            String export = export(server, session);
            long before = Long.parseLong(text(server, "SELECT count(*) FROM session_event"));

            JsonObject result = run(server);

            long after = Long.parseLong(text(server, "SELECT count(*) FROM session_event"));
            System.out.println("2,000 deltas in 8 s: " + before + " rows before, " + after + " after");
            assertThat(after)
                    .isEqualTo(before - result.getInteger("deletedCount"))
                    .isLessThan(before / 2);
            assertThat(messages(server, session)).isEqualTo(messages);
            assertThat(export(server, session)).isEqualTo(export);
            try (TestClient other = server.client("ada")) {
                other.attachLive(session);
                assertThat(other.view(session).messages.encode())
                        .contains(TestClient.words(2_000).trim());
            }
            ada.awaitEnd(session, ada.send(session, "/echo and on").getString("run"));
            assertThat(attached.getString("epoch"))
                    .isEqualTo(text(server, "SELECT epoch FROM session WHERE id = '" + session + "'"));
        }
    }

    private static String messages(TestServer server, String session) {
        return server.call("GET", "/api/v1/sessions/" + session + "/messages?limit=100", server.token("ada"), null)
                .body();
    }

    private static String export(TestServer server, String session) {
        return server.call("GET", "/api/v1/sessions/" + session + "/export?format=markdown", server.token("ada"), null)
                .body();
    }

    private static JsonObject run(TestServer server) {
        return new Administration(server::call, server.token("root", "admin")).run("log-compaction", "{}");
    }

    private static String text(TestServer server, String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(server.database());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
