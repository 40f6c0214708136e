package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.SharedServers;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Names and metadata of sessions, changed over REST and seen by every tab. */
class RenameIT {
    @RegisterExtension
    static final SharedServers SERVERS = new SharedServers();

    @Test
    void a_new_name_is_in_every_tab_at_once_and_in_the_list() {
        TestServer server = SERVERS.with(Map.of());
        try (TestClient one = server.client("ada");
                TestClient two = server.client("ada")) {
            String token = server.token("ada");
            String session = one.create();
            one.attachLive(session);
            two.attachLive(session);

            HttpResponse<String> renamed =
                    rename(server, token, session, "{\"title\":\"Tides\",\"metadata\":{\"k\":1}}");

            assertThat(renamed.statusCode()).as(renamed.body()).isEqualTo(200);
            assertThat(new JsonObject(renamed.body()).getString("title")).isEqualTo("Tides");
            for (TestClient tab : new TestClient[] {one, two}) {
                JsonObject value = awaitUpdate(tab, session, 1);
                assertThat(value.getString("title")).isEqualTo("Tides");
                assertThat(value.getJsonObject("metadata")).isEqualTo(new JsonObject().put("k", 1));
            }
            JsonObject listed =
                    get(server, token, "/sessions").getJsonArray("sessions").getJsonObject(0);
            assertThat(listed.getString("title")).isEqualTo("Tides");
            assertThat(listed.getJsonObject("metadata")).isEqualTo(new JsonObject().put("k", 1));
        }
    }

    @Test
    void a_rename_during_an_answer_does_not_disturb_readers() {
        try (TestServer server = TestServer.start(Map.of("log.flushMs", "60000"));
                TestClient tab = server.client("ada")) {
            String token = server.token("ada");
            String session = tab.create();
            tab.attachLive(session);
            String run = tab.send(session, "/stream 300 200").getString("run");
            tab.awaitThat("some text", () -> tab.view(session).events.size() > 6);

            rename(server, token, session, "{\"title\":\"Tides\"}");
            tab.awaitEnd(session, run);

            assertThat(awaitUpdate(tab, session, 1).getString("title")).isEqualTo("Tides");
            assertThat(tab.text(session, run)).isEqualTo(TestClient.words(300));
        }
    }

    @Test
    void a_repeated_rename_is_recognised_after_a_restart_and_foreign_sessions_are_not_found() {
        var database = TestDatabase.fresh();
        String session;
        try (TestServer server = TestServer.start(database, Map.of());
                TestClient tab = server.client("ada")) {
            session = tab.create();
            rename(server, server.token("ada"), session, "{\"title\":\"Tides\"}");
            assertThat(rename(server, server.token("bob"), session, "{\"title\":\"Mine\"}")
                            .statusCode())
                    .isEqualTo(404);
        }
        try (TestServer server = TestServer.start(database, Map.of());
                TestClient tab = server.client("ada")) {
            String token = server.token("ada");
            JsonObject again = new JsonObject(
                    rename(server, token, session, "{\"title\":\"Tides\"}").body());
            int other = rename(server, token, session, "{\"title\":\"Ebb\"}").statusCode();
            tab.attachLive(session);

            assertThat(again.getBoolean("duplicate")).isTrue();
            assertThat(other).as("another change under the same key").isEqualTo(409);
            assertThat(tab.view(session).cursor).as("one event for one rename").isEqualTo(1);
            assertThat(get(server, token, "/sessions/" + session).getString("title"))
                    .isEqualTo("Tides");
        }
    }

    // --- helpers

    private static HttpResponse<String> rename(TestServer server, String token, String session, String body) {
        return server.call("PATCH", "/api/v1/sessions/" + session, token, body, Map.of("Idempotency-Key", "rename-1"));
    }

    private static JsonObject get(TestServer server, String token, String path) {
        return new JsonObject(server.call("GET", "/api/v1" + path, token, null).body());
    }

    /** The value of the {@code count}-th {@code session.updated}. */
    private static JsonObject awaitUpdate(TestClient tab, String session, int count) {
        JsonObject[] found = {null};
        tab.awaitThat("session.updated", () -> {
            var updates = tab.view(session).events.stream()
                    .map(TestClient::event)
                    .filter(event -> "session.updated".equals(event.getString("name")))
                    .toList();
            if (updates.size() >= count) found[0] = updates.get(count - 1).getJsonObject("value");
            return found[0] != null;
        });
        return found[0];
    }
}
