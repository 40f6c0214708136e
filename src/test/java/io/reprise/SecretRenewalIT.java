package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.secret.BodySignature;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of stored secrets when their key is replaced, lost or absent. */
class SecretRenewalIT {
    private static final String OLD = "an-old-key-of-more-than-thirty-two-bytes";
    private static final String NEW = "a-new-key-of-more-than-thirty-two-bytes";

    @TempDir
    private Path folder;

    private final DatabaseUri database = TestDatabase.fresh();
    private TestServer server;
    private int calls;

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_replaced_key_can_be_removed_after_the_secrets_were_renewed() throws Exception {
        start(OLD);
        JsonObject hook = hook();
        String push = pushKey();
        assertThat(call(hook)).isEqualTo(202);

        server.close();
        start(NEW + "\n" + OLD);
        assertThat(call(hook)).isEqualTo(202);
        String admin = server.token("root", "admin");
        server.call("POST", "/api/v1/jobs/secret-renewal/run", admin, "{}");
        await().atMost(Patience.LIMIT).untilAsserted(() -> {
            JsonArray runs = new JsonObject(server.call("GET", "/api/v1/job-runs?job=secret-renewal", admin, null)
                            .body())
                    .getJsonArray("runs");
            assertThat(runs).isNotEmpty();
            assertThat(runs.getJsonObject(0).getBoolean("success")).isTrue();
        });

        server.close();
        start(NEW);
        assertThat(call(hook)).isEqualTo(202);
        assertThat(pushKey()).isEqualTo(push);

        server.close();
        start("another-key-of-more-than-thirty-two-bytes");
        assertThat(call(hook)).as("the key is lost").isEqualTo(401);
        assertThat(list().getJsonArray("hooks").getJsonObject(0).getBoolean("secretLost"))
                .isTrue();
        assertThat(pushKey()).as("another one").hasSize(push.length()).isNotEqualTo(push);

        server.close();
        start(null);
        assertThat(pushKey()).isNull();
        assertThat(call(hook)).as("there is no key").isEqualTo(503);
        assertThat(list().getString("off")).contains("secrets.key is not set");
        assertThat(create("s_1").statusCode()).isEqualTo(503);
        assertThat(server.call(
                                "POST",
                                "/api/v1/webhooks",
                                server.token("ada"),
                                "{\"name\":\"x\",\"url\":\"https://example.org\",\"events\":[\"run.ended\"]}")
                        .statusCode())
                .isEqualTo(503);
    }

    private void start(String keys) throws IOException {
        Map<String, String> settings = keys == null
                ? Map.of()
                : Map.of("jobs.pollMs", "50", "secrets.key", "file:" + Files.writeString(folder.resolve("keys"), keys));
        server = TestServer.start(database, settings);
    }

    private JsonObject hook() {
        try (TestClient tab = server.client("ada")) {
            return new JsonObject(create(tab.create()).body());
        }
    }

    private HttpResponse<String> create(String session) {
        String body =
                new JsonObject().put("session", session).put("name", "issues").encode();
        return server.call("POST", "/api/v1/hooks", server.token("ada"), body);
    }

    /** The public one, by which push services know this server. */
    private String pushKey() {
        return new JsonObject(server.call("GET", "/api/v1/push-subscriptions", server.token("ada"), null)
                        .body())
                .getString("key");
    }

    private JsonObject list() {
        return new JsonObject(
                server.call("GET", "/api/v1/hooks", server.token("ada"), null).body());
    }

    private int call(JsonObject hook) throws IOException, InterruptedException {
        String at = Long.toString(Instant.now().getEpochSecond());
        String delivery = "d-" + ++calls;
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + hook.getString("path")))
                .header(BodySignature.TIMESTAMP, at)
                .header(
                        BodySignature.SIGNATURE,
                        BodySignature.of(hook.getString("secret"), at, delivery.getBytes(StandardCharsets.UTF_8)))
                .header(BodySignature.DELIVERY, delivery)
                .POST(HttpRequest.BodyPublishers.ofString(delivery))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }
}
