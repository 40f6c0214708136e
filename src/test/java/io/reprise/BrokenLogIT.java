package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogLines;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A log with a row that is not an event. Symptom: its readers waited forever, and the server read and folded it every
 * five seconds. Cause: the failure of the fold was taken for an unavailable database.
 */
class BrokenLogIT {
    private static final Map<String, String> HASTY = Map.of("gateway.answerMs", "200");

    private final DatabaseUri database = TestDatabase.fresh();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"STEP_STARTED\"",
                "{\"type\":\"NO_SUCH_EVENT\"}",
                "{\"type\":\"TEXT_MESSAGE_CONTENT\",\"messageId\":\"m\",\"delta\":\"outside of a segment\"}",
            })
    void readers_of_a_broken_log_get_one_error(String payload) throws SQLException {
        String session;
        try (TestServer server = TestServer.start(database, HASTY);
                TestClient tab = server.client("ada")) {
            session = tab.create();
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo hi").getString("run"));
        }
        // An event in the middle, of which only the order is known.
        execute("UPDATE session_event SET payload = '" + payload + "' WHERE seq = 4");

        try (LogLines lines = LogLines.of("io.reprise");
                TestServer server = TestServer.start(database, HASTY);
                TestClient tab = server.client("ada")) {
            assertThat(tab.attach(session).getString("type")).isEqualTo("attached");
            JsonObject error =
                    tab.await("the error", frame -> frame.getString("type").equals("error"));
            assertThat(error.getString("code")).isEqualTo("internal");
            assertThat(error.getString("session")).isEqualTo(session);
            assertThat(error.getBoolean("retryable")).isFalse();
            String path = "/api/v1/sessions/" + session;
            String fork = new JsonObject().put("message", "m_1").encode();
            String token = server.token("ada");
            for (HttpResponse<String> answer : List.of(
                    server.call("GET", path + "/messages", token, null),
                    server.call("GET", path + "/export", token, null),
                    server.call("POST", path + "/fork", token, fork))) {
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(500);
                assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("internal");
            }

            assertThat(tab.frames().stream()
                            .filter(frame -> frame.getString("type").equals("error")))
                    .hasSize(1);
            assertThat(lines.with("reading a stored log failed"))
                    .as("the attach, the fork")
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allSatisfy(line -> assertThat(line).contains("seq=\"4\""));
            assertThat(lines.with("REST read failed"))
                    .as("the page of history, the export")
                    .hasSize(2)
                    .allSatisfy(line -> assertThat(line).contains("seq=\"4\""));
            assertThat(lines.with("will ask again")).isEmpty();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
