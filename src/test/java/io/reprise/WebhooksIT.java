package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.secret.BodySignature;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Patience;
import io.reprise.testing.Rows;
import io.reprise.testing.SecretKeyFile;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhooks are told what happens in the sessions of their owner, on a real receiver. */
class WebhooksIT {
    private static final Vertx VERTX = Vertx.vertx();
    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("secrets.key", SecretKeyFile.reference()),
            Map.entry("server.publicUrl", "https://chat.example.org"),
            Map.entry("outgoing.allow", "127.0.0.1"),
            Map.entry("interrupts.tools", "sleep"),
            Map.entry("webhooks.pollMs", "20"),
            Map.entry("webhooks.testsPerMinute", "2"),
            Map.entry("webhooks.perUserMax", "3"),
            Map.entry("webhooks.failuresMax", "3"),
            Map.entry("webhooks.retryMs", "20"),
            Map.entry("webhooks.retryMaxMs", "40"),
            Map.entry("webhooks.attemptsMax", "10"),
            Map.entry("webhooks.leaseMs", "11000"));

    private static TestServer server;
    private static volatile int users;
    private static int port;
    private static volatile int status;

    /** So many requests fail, and the others are answered with {@code status}. */
    private static final AtomicInteger FAILING = new AtomicInteger();

    private static final List<Received> RECEIVED = new CopyOnWriteArrayList<>();

    private record Received(String path, String timestamp, String signature, String delivery, String body) {
        JsonObject json() {
            return new JsonObject(body);
        }
    }

    private String user;
    private String token;
    private String session;
    private TestClient tab;

    @BeforeAll
    static void start() throws TimeoutException {
        port = VERTX.createHttpServer()
                .requestHandler(WebhooksIT::receive)
                .listen(0, "127.0.0.1")
                .await(60, TimeUnit.SECONDS)
                .actualPort();
        server = TestServer.start(DATABASE, SETTINGS);
    }

    private static void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            boolean late = !request.path().endsWith("/user-" + users); // Of an earlier test.
            if (!late)
                RECEIVED.add(new Received(
                        request.path(),
                        request.getHeader(BodySignature.TIMESTAMP),
                        request.getHeader(BodySignature.SIGNATURE),
                        request.getHeader(BodySignature.DELIVERY),
                        body.toString()));
            boolean fails = FAILING.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            request.response().setStatusCode(fails ? 503 : status).end("seen");
        });
    }

    @AfterAll
    static void stop() {
        server.close();
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void come() {
        status = 200;
        FAILING.set(0);
        RECEIVED.clear();
        user = "user-" + ++users;
        token = server.token(user);
        tab = server.client(user);
        session = tab.create();
        tab.attachLive(session);
    }

    @AfterEach
    void leave() {
        tab.close();
    }

    @Test
    void what_happens_is_told_with_a_signature() {
        JsonObject webhook = webhook("run.ended", "recall.fired", "interrupt.opened");
        String run = tab.send(session, "/echo hello").getString("run");
        tab.awaitEnd(session, run);
        answer(
                201,
                "POST",
                "/sessions/" + session + "/recalls",
                "{\"text\":\"/tool sleep {\\\"seconds\\\":0.01}\",\"schedule\":{\"kind\":\"immediate\"}}");

        await().atMost(Patience.LIMIT).untilAsserted(() -> assertThat(RECEIVED).hasSize(3));
        List<JsonObject> told = RECEIVED.stream().map(Received::json).toList();
        JsonObject ended = only(told, "run.ended");
        assertThat(ended.getString("webhook")).isEqualTo(webhook.getString("id"));
        assertThat(ended.getJsonObject("data"))
                .isEqualTo(new JsonObject()
                        .put("session", session)
                        .put("run", run)
                        .put("origin", "user")
                        .put("outcome", "success")
                        .put("url", "https://chat.example.org/#/s/" + session));
        JsonObject fired = only(told, "recall.fired").getJsonObject("data");
        JsonObject opened = only(told, "interrupt.opened").getJsonObject("data");
        assertThat(opened.getString("run")).isEqualTo(fired.getString("run"));
        assertThat(opened.getJsonArray("interrupts").getJsonObject(0).getString("tool"))
                .isEqualTo("sleep");
        for (Received received : RECEIVED) {
            assertThat(received.delivery()).isEqualTo(received.json().getString("id"));
            byte[] body = received.body().getBytes(StandardCharsets.UTF_8);
            String secret = webhook.getString("secret");
            assertThat(BodySignature.matches(secret, received.timestamp(), body, received.signature()))
                    .isTrue();
            assertThat(received.signature()).startsWith("sha256=");
        }
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(deliveries(webhook)).hasSize(3).allSatisfy(one -> {
                    assertThat(one.getString("status")).isEqualTo("delivered");
                    assertThat(one.getInteger("httpStatus")).isEqualTo(200);
                    assertThat(one.getInteger("attempts")).isOne();
                }));
    }

    @Test
    void only_chosen_events_of_own_sessions_are_told() {
        JsonObject webhook = webhook("recall.fired");
        try (TestClient other = server.client("somebody-else")) {
            String theirs = other.create();
            other.attachLive(theirs);
            other.awaitEnd(theirs, other.send(theirs, "/echo hello").getString("run"));
        }
        tab.awaitEnd(session, tab.send(session, "/echo hello").getString("run"));

        assertThat(deliveries(webhook)).isEmpty();
    }

    @Test
    void the_end_of_a_run_of_a_muted_chat_is_not_told_but_what_waits_is() {
        JsonObject webhook = webhook("run.ended", "interrupt.opened");
        answer(200, "PATCH", "/sessions/" + session, "{\"muted\":true}");
        tab.awaitEnd(session, tab.send(session, "/echo hello").getString("run"));
        tab.awaitEnd(session, tab.send(session, "/tool sleep {}").getString("run"));

        assertThat(deliveries(webhook))
                .extracting(delivery -> delivery.getString("event"))
                .containsExactly("interrupt.opened");
    }

    @Test
    void a_run_that_a_fork_copies_is_not_told_again() {
        JsonObject webhook = webhook("run.ended");
        String original = tab.send(session, "/echo hello").getString("run");
        tab.awaitEnd(session, original);
        String message = get("/sessions/" + session + "/messages?limit=1")
                .getJsonArray("messages")
                .getJsonObject(0)
                .getString("id");
        String fork = answer(201, "POST", "/sessions/" + session + "/fork", "{\"message\":\"" + message + "\"}")
                .getString("session");
        tab.attachLive(fork);
        String run = tab.send(fork, "/echo and on").getString("run");
        tab.awaitEnd(fork, run);

        await().atMost(Patience.LIMIT).untilAsserted(() -> assertThat(RECEIVED).hasSize(2));
        assertThat(RECEIVED)
                .extracting(one -> one.json().getJsonObject("data").getString("run"))
                .containsExactly(original, run);
        assertThat(deliveries(webhook)).hasSize(2);
    }

    @Test
    void a_failed_delivery_is_repeated_as_it_was_until_it_arrives() {
        FAILING.set(2);
        status = 204;
        JsonObject webhook = webhook("run.ended");
        tab.awaitEnd(session, tab.send(session, "/echo hello").getString("run"));

        await().atMost(Patience.LIMIT).untilAsserted(() -> {
            JsonObject one = deliveries(webhook).getFirst();
            assertThat(one.getString("status")).isEqualTo("delivered");
            assertThat(one.getInteger("attempts")).isEqualTo(3);
        });
        assertThat(RECEIVED.stream().map(Received::body).distinct()).hasSize(1);
        assertThat(RECEIVED.stream().map(Received::delivery).distinct()).hasSize(1);
        assertThat(get("/webhooks/" + webhook.getString("id")).containsKey("failures"))
                .isFalse();
    }

    /** The pauses differ by a quarter at most, so that not all webhooks of a receiver come back at once. */
    @Test
    void the_pause_before_the_next_attempt_doubles_up_to_the_longest_one() throws SQLException {
        status = 503;
        Rows rows = new Rows(DATABASE);
        Map<String, Object> usual = Map.of("webhooks.retryMs", 20, "webhooks.retryMaxMs", 40);
        change(Map.of("webhooks.retryMs", 1_000_000, "webhooks.retryMaxMs", 2_000_000));
        try {
            JsonObject webhook = webhook("run.ended");
            tab.awaitEnd(session, tab.send(session, "/echo hello").getString("run"));
            String pause =
                    "SELECT extract(epoch FROM next_at - attempted_at)::int FROM webhook_delivery WHERE webhook_id = '"
                            + webhook.getString("id") + "' AND leased_until IS NULL AND attempts = ";

            await().atMost(Patience.LIMIT).until(() -> !rows.text(pause + "1").equals("none"));
            assertThat(Integer.parseInt(rows.text(pause + "1"))).isBetween(750, 1_400);
            rows.execute(
                    "UPDATE webhook_delivery SET next_at = now() WHERE webhook_id = '" + webhook.getString("id") + "'");
            await().atMost(Patience.LIMIT).until(() -> !rows.text(pause + "2").equals("none"));
            assertThat(Integer.parseInt(rows.text(pause + "2"))).isBetween(1_500, 2_650);
        } finally {
            change(usual);
        }
    }

    private static void change(Map<String, Object> values) {
        String body = new JsonObject()
                .put("values", new JsonObject(new HashMap<>(values)))
                .encode();
        assertThat(server.call("PATCH", "/api/v1/settings", server.token("root", "admin"), body)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_webhook_that_fails_too_often_is_off_until_it_is_switched_on() {
        status = 500;
        JsonObject webhook = webhook("run.ended");
        String path = "/webhooks/" + webhook.getString("id");
        tab.awaitEnd(session, tab.send(session, "/echo one").getString("run"));
        await().atMost(Patience.LIMIT).untilAsserted(() -> {
            JsonObject off = get(path);
            assertThat(off.getBoolean("enabled")).isFalse();
            assertThat(off.getBoolean("failedOff")).isTrue();
            assertThat(deliveries(webhook).getFirst().getString("status")).isEqualTo("parked");
        });
        JsonObject notice = tab.await(
                "the notice",
                frame -> "notice".equals(frame.getString("type")) && "webhook.off".equals(frame.getString("kind")));
        assertThat(notice.getJsonObject("data"))
                .isEqualTo(new JsonObject()
                        .put("webhook", webhook.getString("id"))
                        .put("name", webhook.getString("name")));
        int attempts = RECEIVED.size();
        tab.awaitEnd(session, tab.send(session, "/echo two").getString("run"));
        assertThat(deliveries(webhook))
                .as("what happens while it is off is not told")
                .hasSize(1);
        assertThat(attempts).isEqualTo(3);

        status = 200;
        JsonObject on = answer(200, "PATCH", path, "{\"enabled\":true}");

        assertThat(on.containsKey("failedOff")).isFalse();
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(deliveries(webhook).getFirst().getString("status"))
                        .isEqualTo("delivered"));
        assertThat(RECEIVED).hasSize(attempts + 1);
    }

    @Test
    void what_is_recorded_survives_a_restart() {
        status = 500;
        JsonObject webhook = webhook("run.ended");
        tab.awaitEnd(session, tab.send(session, "/echo hello").getString("run"));
        await().atMost(Patience.LIMIT).untilAsserted(() -> assertThat(RECEIVED).isNotEmpty());
        tab.close();
        server.close();
        status = 200;

        server = TestServer.start(DATABASE, SETTINGS);
        token = server.token(user);
        tab = server.client(user);

        await().atMost(Patience.LIMIT).untilAsserted(() -> {
            JsonObject found = get("/webhooks/" + webhook.getString("id"));
            if (!found.getBoolean("enabled"))
                answer(200, "PATCH", "/webhooks/" + webhook.getString("id"), "{\"enabled\":true}");
            assertThat(deliveries(webhook).getFirst().getString("status")).isEqualTo("delivered");
        });
    }

    @Test
    void a_test_is_sent_once_also_while_the_webhook_is_off() {
        JsonObject webhook = webhook("run.ended");
        String path = "/webhooks/" + webhook.getString("id");
        answer(200, "PATCH", path, "{\"enabled\":false}");
        status = 404;
        String failing = answer(202, "POST", path + "/test", null).getString("delivery");
        await().atMost(Patience.LIMIT).untilAsserted(() -> {
            JsonObject one = deliveries(webhook).getFirst();
            assertThat(one.getString("id")).isEqualTo(failing);
            assertThat(one.getString("status")).isEqualTo("failed");
            assertThat(one.getString("error")).isEqualTo("It answered 404.");
        });
        status = 200;
        answer(202, "POST", path + "/test", null);

        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(deliveries(webhook).getFirst().getString("status"))
                        .isEqualTo("delivered"));
        assertThat(RECEIVED)
                .hasSize(2)
                .allSatisfy(one -> assertThat(one.json().getString("event")).isEqualTo("ping"));
        assertThat(get(path).containsKey("failures")).isFalse();
        // On a slow machine there may be another one by now.
        await().atMost(Patience.LIMIT)
                .until(() -> server.call("POST", "/api/v1" + path + "/test", token, null)
                                .statusCode()
                        == 429);
    }

    @Test
    void only_the_owner_sees_and_changes_a_webhook() {
        JsonObject webhook = webhook("run.ended");
        String path = "/api/v1/webhooks/" + webhook.getString("id");
        String other = server.token("somebody-else");

        for (List<String> call : List.of(
                List.of("GET", path),
                List.of("DELETE", path),
                List.of("POST", path + "/secret"),
                List.of("POST", path + "/test"),
                List.of("GET", path + "/deliveries"))) {
            assertThat(server.call(call.get(0), call.get(1), other, null).statusCode())
                    .as("%s", call)
                    .isEqualTo(404);
        }
        assertThat(server.call("PATCH", path, other, "{\"name\":\"mine\"}").statusCode())
                .isEqualTo(404);
        String renewed = answer(200, "POST", "/webhooks/" + webhook.getString("id") + "/secret", null)
                .getString("secret");
        assertThat(renewed).startsWith("rps_").isNotEqualTo(webhook.getString("secret"));
        assertThat(server.call("DELETE", path, token, null).statusCode()).isEqualTo(204);
        assertThat(server.call("GET", path, token, null).statusCode()).isEqualTo(404);
    }

    @Test
    void private_addresses_and_too_many_webhooks_are_refused() {
        for (String url : List.of("http://10.0.0.1/", "http://[::1]/", "ftp://example.org/", "nonsense")) {
            HttpResponse<String> refused = server.call("POST", "/api/v1/webhooks", token, newWebhook(url, "run.ended"));
            assertThat(refused.statusCode()).as(url).isEqualTo(400);
        }
        assertThat(server.call("POST", "/api/v1/webhooks", token, newWebhook("https://example.org/", "nonsense"))
                        .statusCode())
                .isEqualTo(400);
        for (int i = 0; i < 3; i++) webhook("run.ended");
        assertThat(server.call("POST", "/api/v1/webhooks", token, newWebhook("https://example.org/", "run.ended"))
                        .statusCode())
                .isEqualTo(429);
    }

    private static JsonObject only(List<JsonObject> told, String event) {
        List<JsonObject> found = told.stream()
                .filter(one -> one.getString("event").equals(event))
                .toList();
        assertThat(found).as(event).hasSize(1);
        return found.getFirst();
    }

    private JsonObject webhook(String... events) {
        return answer(201, "POST", "/webhooks", newWebhook("http://127.0.0.1:" + port + "/told/" + user, events));
    }

    private static String newWebhook(String url, String... events) {
        return new JsonObject()
                .put("name", "mine")
                .put("url", url)
                .put("events", new JsonArray(List.of(events)))
                .encode();
    }

    private List<JsonObject> deliveries(JsonObject webhook) {
        return get("/webhooks/" + webhook.getString("id") + "/deliveries").getJsonArray("deliveries").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private JsonObject get(String path) {
        return answer(200, "GET", path, null);
    }

    private JsonObject answer(int expected, String method, String path, String body) {
        HttpResponse<String> answer = server.call(method, "/api/v1" + path, token, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
        return new JsonObject(answer.body());
    }
}
