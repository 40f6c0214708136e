package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What administrators see of a server at work, and how they stop what it does. */
class LiveIT {
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
    void an_administrator_sees_the_run_of_another_user_and_stops_it() {
        try (TestClient ada = server.client("ada")) {
            String session = ada.create();
            ada.attachLive(session);
            String run = ada.send(session, "/hang").getString("run");
            String admin = server.token("root", "admin");
            await().until(() -> live(admin).getJsonArray("runs").size() == 1);

            JsonObject live = live(admin);
            JsonObject shown = live.getJsonArray("runs").getJsonObject(0);
            assertThat(shown.getString("session")).isEqualTo(session);
            assertThat(shown.getString("run")).isEqualTo(run);
            assertThat(shown.getString("user")).isEqualTo("ada");
            assertThat(shown.getString("origin")).isEqualTo("user");
            assertThat(live.getJsonObject("connections").getInteger("open")).isEqualTo(1);
            assertThat(live.getJsonObject("connections").getInteger("sessions")).isPositive();
            assertThat(live.getJsonArray("loops")).hasSize(Runtime.getRuntime().availableProcessors());
            assertThat(live.getJsonArray("pools")).hasSize(2);
            assertThat(live.getJsonObject("memory").getLong("heapUsedBytes")).isPositive();
            assertThat(live.containsKey("cluster")).isFalse();
            assertThat(live.encode()).doesNotContain("/hang");

            String path = "/api/v1/live/sessions/" + session + "/runs/" + run + "/stop";
            assertThat(server.call("POST", path, server.token("eve"), null).statusCode())
                    .isEqualTo(403);
            HttpResponse<String> stopped = server.call("POST", path, admin, null);

            assertThat(stopped.statusCode()).isEqualTo(202);
            assertThat(new JsonObject(stopped.body()).getJsonArray("stopped")).isEqualTo(JsonArray.of(run));
            ada.awaitEnd(session, run);
            assertThat(ada.events(session))
                    .map(TestClient::event)
                    .filteredOn(event -> "run.stopping".equals(event.getString("name")))
                    .extracting(event -> event.getJsonObject("value").getString("by"))
                    .containsExactly("root");
            JsonObject entry = audit(admin).getJsonObject(0);
            assertThat(entry.getString("action")).isEqualTo("session.stopped");
            assertThat(entry.getString("user")).isEqualTo("root");
            assertThat(entry.getString("target")).isEqualTo(run);
            await().until(() -> live(admin).getJsonArray("runs").isEmpty());
            assertThat(server.call("POST", path, admin, null).statusCode()).isEqualTo(404);
        }
    }

    @Test
    void only_administrators_see_it() {
        assertThat(server.call("GET", "/api/v1/live", server.token("eve"), null).statusCode())
                .isEqualTo(403);
    }

    @Test
    void a_response_has_the_id_that_its_request_chose_or_one_of_its_own() {
        String trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        String parent = "00-" + trace + "-00f067aa0ba902b7-01";

        assertThat(requestId("X-Request-Id", "mine-1")).isEqualTo("mine-1");
        assertThat(requestId("traceparent", parent)).isEqualTo(trace);
        assertThat(requestId("traceparent", parent.replace(trace, "0".repeat(32))))
                .startsWith("q_");
        assertThat(requestId("X-Request-Id", "a b")).startsWith("q_");
        assertThat(requestId("X-Request-Id", "x".repeat(129))).startsWith("q_");
    }

    private static String requestId(String header, String value) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + "/api/v1/nothing"))
                .header(header, value)
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding())
                    .headers()
                    .firstValue("X-Request-Id")
                    .orElseThrow();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static JsonObject live(String admin) {
        return new JsonObject(server.call("GET", "/api/v1/live", admin, null).body());
    }

    private static JsonArray audit(String admin) {
        String path = "/api/v1/audit?action=session.stopped";
        return new JsonObject(server.call("GET", path, admin, null).body()).getJsonArray("entries");
    }
}
