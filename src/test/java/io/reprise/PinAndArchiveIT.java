package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.SharedServers;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The position of sessions in lists, changed over REST and seen by every tab. */
class PinAndArchiveIT {
    @RegisterExtension
    static final SharedServers SERVERS = new SharedServers();

    @Test
    void pinned_sessions_are_listed_first_and_archived_ones_in_a_separate_list() {
        TestServer server = SERVERS.with(Map.of());
        try (TestClient tab = server.client("ann")) {
            String token = server.token("ann");
            String one = tab.create();
            String two = tab.create();
            String three = tab.create();

            JsonObject pinned = ok(change(server, token, one, new JsonObject().put("pinned", true)));
            JsonObject archived = ok(change(server, token, two, new JsonObject().put("archived", true)));

            assertThat(pinned.getMap()).containsEntry("pinned", true).containsEntry("archived", false);
            assertThat(archived.getMap()).containsEntry("pinned", false).containsEntry("archived", true);
            assertThat(list(server, token, "")).containsExactly(one, three);
            assertThat(list(server, token, "?archived=false")).containsExactly(one, three);
            assertThat(list(server, token, "?archived=true")).containsExactly(two);
            assertThat(list(server, token, "?archived=all")).containsExactly(one, three, two);
            JsonObject read = ok(server.call("GET", "/api/v1/sessions/" + one, token, null));
            assertThat(read.getBoolean("pinned")).isTrue();
        }
    }

    @Test
    void every_tab_is_notified_of_pins_and_archiving_even_without_reading_the_session() {
        try (TestServer server = TestServer.start(Map.of("gateway.noticeMs", "20"));
                TestClient reader = server.client("ada");
                TestClient other = server.client("ada")) {
            String session = reader.create();
            reader.attachLive(session);
            int from = other.frameCount();

            ok(change(server, server.token("ada"), session, new JsonObject().put("archived", true)));

            reader.awaitThat(
                    "session.updated",
                    () -> reader.view(session).events.stream()
                            .map(TestClient::event)
                            .anyMatch(event -> "session.updated".equals(event.getString("name"))
                                    && Boolean.TRUE.equals(
                                            event.getJsonObject("value").getBoolean("archived"))));
            other.await(
                    "a notice",
                    from,
                    frame -> "notice".equals(frame.getString("type"))
                            && session.equals(frame.getJsonObject("data").getString("session"))
                            && Boolean.TRUE.equals(frame.getJsonObject("data").getBoolean("archived"))
                            && Boolean.FALSE.equals(frame.getJsonObject("data").getBoolean("pinned")));
        }
    }

    @Test
    void pins_survive_a_restart_and_a_new_message_moves_an_archived_session_back() {
        var database = TestDatabase.fresh();
        String session;
        try (TestServer server = TestServer.start(database, Map.of());
                TestClient tab = server.client("ada")) {
            session = tab.create();
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo tides").getString("run"));
            ok(change(
                    server,
                    server.token("ada"),
                    session,
                    new JsonObject().put("pinned", true).put("archived", true)));
        }
        try (TestServer server = TestServer.start(database, Map.of());
                TestClient tab = server.client("ada")) {
            String token = server.token("ada");
            assertThat(list(server, token, "?archived=true")).containsExactly(session);
            assertThat(list(server, token, "?q=tides")).isEmpty();
            assertThat(list(server, token, "?q=tides&archived=all")).containsExactly(session);
            tab.attachLive(session);

            tab.awaitEnd(session, tab.send(session, "/echo ebb").getString("run"));

            assertThat(list(server, token, "?q=tides")).containsExactly(session);
            assertThat(list(server, token, "?archived=true")).isEmpty();
            JsonObject read = ok(server.call("GET", "/api/v1/sessions/" + session, token, null));
            assertThat(read.getBoolean("pinned")).as("its pin").isTrue();
        }
    }

    @Test
    void other_values_are_refused() {
        TestServer server = SERVERS.with(Map.of());
        try (TestClient tab = server.client("amy")) {
            String token = server.token("amy");
            String session = tab.create();

            assertThat(server.call("GET", "/api/v1/sessions?archived=maybe", token, null)
                            .statusCode())
                    .isEqualTo(400);
            assertThat(change(server, token, session, new JsonObject().put("pinned", "yes"))
                            .statusCode())
                    .isEqualTo(400);
            assertThat(change(server, token, session, new JsonObject()).statusCode())
                    .isEqualTo(400);
            assertThat(change(server, server.token("bob"), session, new JsonObject().put("pinned", true))
                            .statusCode())
                    .isEqualTo(404);
        }
    }

    // --- helpers

    private static HttpResponse<String> change(TestServer server, String token, String session, JsonObject body) {
        return server.call("PATCH", "/api/v1/sessions/" + session, token, body.encode());
    }

    private static JsonObject ok(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new JsonObject(answer.body());
    }

    private static List<String> list(TestServer server, String token, String query) {
        return ok(server.call("GET", "/api/v1/sessions" + query, token, null)).getJsonArray("sessions").stream()
                .map(session -> ((JsonObject) session).getString("id"))
                .toList();
    }
}
