package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server whose recalls a test makes. */
abstract class RecallServer {
    final DatabaseUri database = TestDatabase.fresh();

    TestServer server;

    TestClient tab;

    String token;

    String session;

    @BeforeEach
    void start() {
        start(Map.of());
        session = tab.create();
        tab.attachLive(session);
    }

    @AfterEach
    void stop() {
        tab.close();
        server.close();
    }

    void start(Map<String, String> settings) {
        server = TestServer.start(database, settings);
        token = server.token("ada");
        tab = server.client("ada");
    }

    void restart(Map<String, String> settings) {
        tab.close();
        server.stop();
        start(settings);
        tab.attachLive(session);
    }

    static JsonObject after(long ms) {
        return new JsonObject().put("kind", "delay").put("afterMs", ms);
    }

    JsonObject schedule(String text, JsonObject schedule) {
        return ok(post(session, text, schedule), 201);
    }

    HttpResponse<String> post(String in, String text, JsonObject schedule) {
        return call(
                "POST",
                "/sessions/" + in + "/recalls",
                new JsonObject().put("text", text).put("schedule", schedule));
    }

    HttpResponse<String> call(String method, String path, JsonObject body) {
        return server.call(method, "/api/v1" + path, token, body == null ? null : body.encode());
    }

    JsonObject get(String path) {
        return ok(call("GET", path, null), 200);
    }

    JsonArray runs(JsonObject recall) {
        return get("/recalls/" + recall.getString("id") + "/runs").getJsonArray("runs");
    }

    static JsonObject ok(HttpResponse<String> response, int status) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        return new JsonObject(response.body());
    }

    /** The value of the first {@code recall.updated} with this action. */
    JsonObject awaitAction(JsonObject recall, String action) {
        JsonObject[] found = {null};
        tab.awaitThat(action, () -> {
            found[0] = tab.view(session).events.stream()
                    .filter(e -> action.equals(action(e)))
                    .map(e -> TestClient.event(e).getJsonObject("value"))
                    .filter(value -> value.getString("recall").equals(recall.getString("id")))
                    .findFirst()
                    .orElse(null);
            return found[0] != null;
        });
        return found[0];
    }

    /** Null but for a {@code recall.updated}. */
    static String action(JsonObject frame) {
        JsonObject event = TestClient.event(frame);
        return "recall.updated".equals(event.getString("name"))
                ? event.getJsonObject("value").getString("action")
                : null;
    }

    static JsonObject first(List<JsonObject> events, String run, String type) {
        return events.stream()
                .filter(e ->
                        run.equals(e.getString("run")) && TestClient.type(e).equals(type))
                .findFirst()
                .orElseThrow();
    }
}
