package io.reprise;

import static io.reprise.FeedbackIT.feedbackOf;
import static io.reprise.FeedbackIT.json;
import static io.reprise.FeedbackIT.listed;
import static io.reprise.FeedbackIT.rate;
import static io.reprise.FeedbackIT.say;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.FeedbackIT.Said;
import io.reprise.store.database.DatabaseUri;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What feedback outlives, and long lists of it. */
class FeedbackKeptIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void an_export_has_all_pages() throws SQLException {
        try (TestClient tab = server.client("emma")) {
            Said said = say(tab, "/echo hello");
            rate(tab, said, "up", "of emma");
            try (Connection connection = TestDatabase.connect(server.database());
                    Statement statement = connection.createStatement()) {
                statement.execute("""
                        INSERT INTO feedback (session_id, message_id, seq, user_id, rating, comment, agent, event_seq, at)
                        SELECT session_id, 'm_' || n, seq, user_id, rating, comment, agent, event_seq, at - n * interval '1 s'
                        FROM feedback, generate_series(1, 250) AS n WHERE user_id = 'emma'""");
            }

            List<String> messages = server.call("GET", "/api/v1/feedback/export?q=emma", admin(), null)
                    .body()
                    .lines()
                    .map(line -> new JsonObject(line).getString("message"))
                    .toList();

            assertThat(messages).hasSize(251).doesNotHaveDuplicates();
            assertThat(messages.getFirst()).isEqualTo(said.answer());
            assertThat(messages.getLast()).isEqualTo("m_250");
        }
    }

    @Test
    void a_fork_has_none() {
        try (TestClient tab = server.client("fay")) {
            Said said = say(tab, "/echo hello");
            rate(tab, said, "up", null);

            HttpResponse<String> made = server.call(
                    "POST",
                    "/api/v1/sessions/" + said.session() + "/fork",
                    server.token("fay"),
                    new JsonObject().put("message", said.answer()).encode());
            String fork = new JsonObject(made.body()).getString("session");

            List<JsonObject> copies = listed(server.messages(server.token("fay"), fork, 10));
            assertThat(copies).hasSize(2);
            assertThat(feedbackOf(copies, copies.getLast().getString("id"))).isNull();
            assertThat(entries("fay"))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.getString("session")).isEqualTo(said.session()));
        }
    }

    @Test
    void it_is_there_after_a_restart() {
        DatabaseUri database = TestDatabase.fresh();
        Said said;
        try (TestServer before = TestServer.start(database, Map.of());
                TestClient tab = before.client("ann")) {
            said = say(tab, "/echo hello");
            rate(tab, said, "down", "why");
        }
        try (TestServer after = TestServer.start(database, Map.of());
                TestClient tab = after.client("ann")) {
            tab.attachLive(said.session());
            assertThat(feedbackOf(listed(tab.view(said.session()).messages), said.answer()))
                    .isEqualTo(new JsonObject().put("rating", "down").put("comment", "why"));
            JsonObject listed = json(after.call("GET", "/api/v1/feedback", after.token("root", "admin"), null));
            assertThat(listed.getJsonArray("feedback").getJsonObject(0).getString("message"))
                    .isEqualTo(said.answer());

            rate(tab, said, "none", null);
            assertThat(json(after.call("GET", "/api/v1/feedback", after.token("root", "admin"), null))
                            .getJsonArray("feedback"))
                    .isEmpty();
        }
    }

    private static List<JsonObject> entries(String user) {
        return listed(json(server.call("GET", "/api/v1/feedback?limit=100", admin(), null))
                        .getJsonArray("feedback"))
                .stream()
                .filter(entry -> entry.getString("user").equals(user))
                .toList();
    }

    private static String admin() {
        return server.token("root", "admin");
    }
}
