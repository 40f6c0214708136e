package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Symptom: a reminder for "tomorrow at 9am" fired at 9:00 UTC. Cause: no message carried the time zone of its sender.
 */
class ZoneIT {
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
    void a_message_over_rest_carries_a_zone_and_so_do_its_recall_and_what_that_says() {
        try (TestClient client = server.client("ada")) {
            String session = client.create();
            client.attachLive(session);

            String run = send(session, "{\"text\":\"remind me tomorrow at 9am to call mum\",\"zone\":\"Asia/Tokyo\"}");
            client.awaitEnd(session, run);

            assertThat(history(session)).contains("09:00 (Asia/Tokyo)").contains("\"zone\":\"Asia/Tokyo\"");
            JsonObject recall = new JsonObject(get("/api/v1/sessions/" + session + "/recalls"))
                    .getJsonArray("recalls")
                    .getJsonObject(0);
            assertThat(recall.getString("triggerAt")).endsWith("T00:00:00Z");
            assertThat(recall.getJsonObject("schedule").getString("zone")).isEqualTo("Asia/Tokyo");
        }
    }

    @Test
    void an_unknown_zone_is_refused_with_its_name() {
        try (TestClient client = server.client("ada")) {
            String session = client.create();

            HttpResponse<String> refused = server.call(
                    "POST",
                    "/api/v1/sessions/" + session + "/messages",
                    server.token("ada"),
                    "{\"text\":\"hi\",\"zone\":\"Mars/Olympus\"}");

            assertThat(refused.statusCode()).isEqualTo(400);
            assertThat(refused.body()).contains("bad_request", "`zone`", "IANA");
        }
    }

    private static String send(String session, String body) {
        String path = "/api/v1/sessions/" + session + "/messages";
        return new JsonObject(
                        server.call("POST", path, server.token("ada"), body).body())
                .getString("run");
    }

    private static String history(String session) {
        return get("/api/v1/sessions/" + session + "/messages");
    }

    private static String get(String path) {
        return server.call("GET", path, server.token("ada"), null).body();
    }
}
