package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which model answered, how long it took and what it used: the same in events, snapshots, history and exports. */
class WhoAnswersIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("sessions.titles", "off"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void an_answer_names_its_model_its_tokens_and_its_time_wherever_it_is_read() {
        try (TestClient tab = server.client("ada");
                TestClient later = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            JsonObject end = tab.awaitEnd(session, tab.send(session, "/usage").getString("run"));
            List<JsonObject> events = tab.events(session);
            JsonObject begun = events.getFirst();
            JsonObject answer = events.stream()
                    .filter(frame -> type(frame).equals("TEXT_MESSAGE_START")
                            && event(frame).getString("role").equals("assistant"))
                    .findFirst()
                    .orElseThrow();
            assertThat(event(answer).getJsonObject("metadata")).isEqualTo(new JsonObject().put("model", "demo"));
            JsonArray usage = event(end).getJsonArray("usage");
            assertThat(usage.getJsonObject(0).getInteger("outputTokens")).isPositive();

            later.attachLive(session);
            JsonObject snapshot = later.view(session).messages.getJsonObject(1);
            JsonObject history =
                    get(session, "/messages").getJsonArray("messages").getJsonObject(1);
            JsonObject exported =
                    get(session, "/export?format=json").getJsonArray("messages").getJsonObject(1);

            for (JsonObject message : List.of(snapshot, history, exported)) {
                JsonObject metadata = message.getJsonObject("metadata");
                assertThat(metadata.getString("model")).isEqualTo("demo");
                assertThat(metadata.getJsonArray("usage")).isEqualTo(usage);
                assertThat(metadata.getLong("durationMs")).isEqualTo(end.getLong("ts") - begun.getLong("ts"));
            }
            assertThat(text(session, "/export"))
                    .containsPattern("\\*demo · [0-9.]+ s · \\d+ tokens in · \\d+ tokens out\\*");
        }
    }

    @Test
    void a_growing_answer_names_its_model_and_a_stopped_one_has_an_estimated_usage() {
        try (TestClient tab = server.client("ada");
                TestClient later = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String run = tab.send(session, "/stream 100000 50").getString("run");
            tab.awaitThat("text", () -> !tab.text(session, run).isEmpty());

            JsonObject attached = later.attachLive(session);

            assertThat(attached.getString("run")).isEqualTo(run);
            JsonObject snapshot = later.frames().stream()
                    .filter(frame -> frame.getString("type").equals("snapshot"))
                    .findFirst()
                    .orElseThrow();
            assertThat(snapshot.getJsonObject("run")
                            .getJsonArray("open")
                            .getJsonObject(0)
                            .getString("model"))
                    .isEqualTo("demo");
            tab.ask("stop", new JsonObject().put("session", session).put("run", run));
            tab.awaitEnd(session, run);
            JsonObject metadata = get(session, "/messages")
                    .getJsonArray("messages")
                    .getJsonObject(1)
                    .getJsonObject("metadata");
            assertThat(metadata.getString("model")).isEqualTo("demo");
            assertThat(metadata.getJsonArray("usage").getJsonObject(0).getBoolean("estimated"))
                    .isTrue();
        }
    }

    @Test
    void a_fork_names_the_model_of_what_it_copied() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/usage").getString("run"));
            JsonObject answer =
                    get(session, "/messages").getJsonArray("messages").getJsonObject(1);
            String body =
                    new JsonObject().put("message", answer.getString("id")).encode();

            String fork = new JsonObject(
                            server.call("POST", "/api/v1/sessions/" + session + "/fork", server.token("ada"), body)
                                    .body())
                    .getString("session");

            JsonObject metadata = get(fork, "/messages")
                    .getJsonArray("messages")
                    .getJsonObject(1)
                    .getJsonObject("metadata");
            assertThat(metadata.getString("model")).isEqualTo("demo");
            assertThat(metadata.fieldNames()).doesNotContain("usage", "durationMs");
        }
    }

    private static JsonObject get(String session, String path) {
        return new JsonObject(text(session, path));
    }

    private static String text(String session, String path) {
        return server.call("GET", "/api/v1/sessions/" + session + path, server.token("ada"), null)
                .body();
    }
}
