package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.secret.BodySignature;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Patience;
import io.reprise.testing.SecretKeyFile;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Other servers wake sessions with signed requests. */
class HooksIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String BODY = "{\"issue\":{\"title\":\"It is broken\"}}";
    private static final Map<String, String> SETTINGS = Map.of(
            "secrets.key", SecretKeyFile.reference(),
            "limits.addressFailuresPerMinute", "0",
            "hooks.perUserMax", "5",
            "hooks.bodyBytesMax", "2048");

    private static DatabaseUri database;
    private static TestServer server;
    private static int users;

    private String user;
    private String token;
    private String session;
    private JsonObject hook;

    @BeforeAll
    static void start() {
        database = TestDatabase.fresh();
        server = TestServer.start(database, SETTINGS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void make_a_hook() {
        user = "user-" + ++users;
        token = server.token(user);
        try (TestClient tab = server.client(user)) {
            session = tab.create();
        }
        hook = hook(session, "issues", "/echo {{issue.title}}");
    }

    @Test
    void a_signed_call_wakes_the_session_once() {
        try (TestClient tab = server.client(user)) {
            tab.attachLive(session);
            HttpResponse<String> first = deliver("d-1", now(), BODY);
            HttpResponse<String> again = deliver("d-1", now(), BODY);
            HttpResponse<String> changed = deliver("d-1", now(), "{\"issue\":{\"title\":\"something else\"}}");

            JsonObject answer = new JsonObject(first.body());
            assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
            for (HttpResponse<String> repeat : List.of(again, changed)) {
                assertThat(repeat.statusCode()).isEqualTo(202);
                assertThat(new JsonObject(repeat.body()))
                        .isEqualTo(answer.copy().put("duplicate", true));
            }
            await().atMost(Patience.LIMIT)
                    .untilAsserted(() -> assertThat(contents()).containsExactly("/echo It is broken", "It is broken"));
            JsonArray recalls = get("/sessions/" + session + "/recalls").getJsonArray("recalls");
            assertThat(recalls).hasSize(1);
            assertThat(recalls.getJsonObject(0).getString("id")).isEqualTo(answer.getString("recall"));
        }
        JsonObject shown = get("/hooks/" + hook.getString("id"));
        assertThat(shown.getString("usedAt")).isNotNull();
        JsonArray deliveries =
                get("/hooks/" + hook.getString("id") + "/deliveries").getJsonArray("deliveries");
        assertThat(deliveries).hasSize(1);
        assertThat(deliveries.getJsonObject(0).getString("delivery")).isEqualTo("d-1");
    }

    /** Symptom: nobody saw more than the newest 200. Among those of the same time, none is repeated or left out. */
    @Test
    void deliveries_come_in_pages_the_newest_first() throws SQLException {
        List<String> deliveries = List.of("d1", "d2/?&+", "d3", "d4");
        for (String one : deliveries) deliver(one, now(), "{\"issue\":{\"title\":\"" + one + "\"}}");
        change(
                "at = date_trunc('second', now()) + CASE id WHEN 'd4' THEN interval '0' ELSE interval '1 microsecond' END");

        JsonObject first = get(path(2, null));
        JsonObject second = get(path(2, first.getString("cursor")));

        assertThat(ids(first)).containsExactly("d3", "d2/?&+");
        assertThat(ids(second)).containsExactly("d1", "d4");
        assertThat(second.containsKey("cursor")).isFalse();
        answer(400, "GET", path(1, "another"), null);
    }

    private String path(int limit, String cursor) {
        String path = "/hooks/" + hook.getString("id") + "/deliveries?limit=" + limit;
        return cursor == null ? path : path + "&cursor=" + URLEncoder.encode(cursor, StandardCharsets.UTF_8);
    }

    @Test
    void a_repeat_after_a_restart_gets_the_first_answer() {
        JsonObject first = new JsonObject(deliver("d-1", now(), BODY).body());
        await().atMost(Patience.LIMIT)
                .untilAsserted(() -> assertThat(contents()).hasSize(2));

        server.close();
        server = TestServer.start(database, SETTINGS);
        token = server.token(user);

        assertThat(new JsonObject(deliver("d-1", now(), BODY).body()))
                .isEqualTo(first.copy().put("duplicate", true));
        assertThat(contents()).hasSize(2);
    }

    /** As after a process that ended between the decision of the session and the record of it. */
    @Test
    void a_repeat_of_what_was_decided_and_not_recorded_gets_the_same_recall() throws SQLException {
        JsonObject first = new JsonObject(deliver("d-1", now(), BODY).body());
        change("recall = NULL, text = '/echo It is broken'");

        assertThat(new JsonObject(deliver("d-1", now(), BODY).body())).isEqualTo(first.put("duplicate", true));
    }

    @Test
    void repeats_at_the_same_moment_are_one() {
        long at = now();
        Set<String> recalls = IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> deliver("d-1", at + i % 2, BODY)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .map(answer -> new JsonObject(answer.body()).getString("recall"))
                .collect(Collectors.toSet());

        assertThat(recalls).hasSize(1).doesNotContainNull();
    }

    /** Whoever has seen a request could otherwise repeat it under other ids while its time stamp is accepted. */
    @Test
    void the_same_signature_under_another_id_is_a_repeat() {
        long at = now();

        JsonObject first = new JsonObject(deliver("d-1", at, BODY).body());

        assertThat(new JsonObject(deliver("d-2", at, BODY).body()))
                .isEqualTo(first.copy().put("duplicate", true));
        assertThat(new JsonObject(deliver("d-2", at + 1, BODY).body()).getString("recall"))
                .isNotEqualTo(first.getString("recall"));
    }

    @Test
    void a_wrong_signature_and_an_unknown_hook_are_answered_alike() {
        String secret = hook.getString("secret");
        String signature = BodySignature.of(secret, "" + now(), bytes(BODY));
        String path = hook.getString("path");
        HttpResponse<String> wrong =
                call(path, "" + now(), BodySignature.of("other", "" + now(), bytes(BODY)), "d", BODY);
        List<HttpResponse<String>> alike = List.of(
                call("/hooks/hk_unknown", "" + now(), signature, "d", BODY),
                call("/hooks/x", "" + now(), signature, "d", BODY),
                call(path, "" + now(), signature, "d", BODY + " "),
                call(path, "" + (now() + 1), signature, "d", BODY),
                call(path, "" + now(), signature.substring(0, 20), "d", BODY),
                call(path, "", BodySignature.of("other", "", bytes(BODY)), "d", BODY),
                call(path, null, null, null, BODY));

        assertThat(wrong.statusCode()).isEqualTo(401);
        for (HttpResponse<String> other : alike) {
            assertThat(other.statusCode()).isEqualTo(401);
            assertThat(other.body()).isEqualTo(wrong.body());
            assertThat(other.headers().map().keySet())
                    .isEqualTo(wrong.headers().map().keySet());
        }
        assertThat(contents()).isEmpty();
    }

    @Test
    void an_old_time_stamp_and_a_missing_id_are_refused() {
        assertThat(deliver("d-1", now() - 301, BODY).statusCode()).isEqualTo(401);
        assertThat(deliver("d-1", now() + 600, BODY).statusCode()).isEqualTo(401);
        assertThat(deliver("d-1", now() - 280, BODY).statusCode()).isEqualTo(202);
        assertThat(deliver("d-2", now() * 1_000, BODY).statusCode()).isEqualTo(202);
        assertThat(deliver("", now(), BODY).statusCode()).isEqualTo(400);
        assertThat(deliver("x".repeat(129), now(), BODY).statusCode()).isEqualTo(400);
        assertThat(deliver("d-3", now(), "x".repeat(2_049)).statusCode()).isEqualTo(413);
        assertThat(deliver("d-4", now(), "{}").statusCode())
                .as("an empty message")
                .isEqualTo(202);
    }

    @Test
    void only_the_owner_sees_and_changes_a_hook() {
        String path = "/hooks/" + hook.getString("id");
        String other = server.token("somebody-else");

        assertThat(hook.getString("secret")).startsWith("rps_");
        assertThat(get(path).containsKey("secret")).isFalse();
        assertThat(get("/hooks").getJsonArray("hooks")).hasSize(1);
        for (List<String> call : List.of(
                List.of("GET", path),
                List.of("DELETE", path),
                List.of("POST", path + "/secret"),
                List.of("GET", path + "/deliveries"))) {
            assertThat(server.call(call.get(0), "/api/v1" + call.get(1), other, null)
                            .statusCode())
                    .as("%s", call)
                    .isEqualTo(404);
        }
        assertThat(server.call("PATCH", "/api/v1" + path, other, "{\"name\":\"mine\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.call("POST", "/api/v1/hooks", other, newHook(session, "x", "y"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_hook_is_changed_switched_off_and_deleted() {
        String path = "/hooks/" + hook.getString("id");
        JsonObject changed =
                answer(200, "PATCH", path, "{\"name\":\"tickets\",\"template\":\"{{hook}}\",\"enabled\":false}");
        assertThat(changed.getString("name")).isEqualTo("tickets");
        assertThat(deliver("d-1", now(), BODY).statusCode()).isEqualTo(403);
        answer(200, "PATCH", path, "{\"enabled\":true}");
        assertThat(deliver("d-1", now(), BODY).statusCode()).isEqualTo(202);

        String renewed = answer(200, "POST", path + "/secret", null).getString("secret");
        assertThat(deliver("d-2", now(), BODY).statusCode())
                .as("with the old secret")
                .isEqualTo(401);
        hook.put("secret", renewed);
        assertThat(deliver("d-2", now(), BODY).statusCode()).isEqualTo(202);

        assertThat(server.call("DELETE", "/api/v1" + path, token, null).statusCode())
                .isEqualTo(204);
        assertThat(deliver("d-3", now(), BODY).statusCode()).isEqualTo(401);
        assertThat(server.call("GET", "/api/v1" + path, token, null).statusCode())
                .isEqualTo(404);
    }

    @Test
    void hooks_are_limited_and_checked() {
        for (int i = 0; i < 4; i++) hook(session, "more", "{{body}}");

        assertThat(server.call("POST", "/api/v1/hooks", token, newHook(session, "x", "y"))
                        .statusCode())
                .isEqualTo(429);
        assertThat(server.call("PATCH", "/api/v1/hooks/" + hook.getString("id"), token, "{\"template\":\"{{\"}")
                        .statusCode())
                .isEqualTo(400);
        assertThat(server.call("POST", "/api/v1/hooks", server.token("new"), newHook("s_none", "x", "y"))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_deleted_session_takes_its_hooks_with_it() {
        server.call("DELETE", "/api/v1/sessions/" + session, token, null);

        assertThat(deliver("d-1", now(), BODY).statusCode()).isEqualTo(401);
        assertThat(get("/hooks").getJsonArray("hooks")).isEmpty();
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }

    private JsonObject hook(String of, String name, String template) {
        return answer(201, "POST", "/hooks", newHook(of, name, template));
    }

    private static String newHook(String of, String name, String template) {
        return new JsonObject()
                .put("session", of)
                .put("name", name)
                .put("template", template)
                .encode();
    }

    private JsonObject get(String path) {
        return answer(200, "GET", path, null);
    }

    private JsonObject answer(int status, String method, String path, String body) {
        HttpResponse<String> answer = server.call(method, "/api/v1" + path, token, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return new JsonObject(answer.body());
    }

    private static List<String> ids(JsonObject deliveries) {
        return deliveries.getJsonArray("deliveries").stream()
                .map(delivery -> ((JsonObject) delivery).getString("delivery"))
                .toList();
    }

    /** In what was recorded of all deliveries to the hook. */
    private void change(String assignments) throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(
                    "UPDATE hook_delivery SET " + assignments + " WHERE hook_id = '" + hook.getString("id") + "'");
        }
    }

    /** The texts of all messages. */
    private List<String> contents() {
        return get("/sessions/" + session + "/messages").getJsonArray("messages").stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }

    private HttpResponse<String> deliver(String delivery, long at, String body) {
        String signature = BodySignature.of(hook.getString("secret"), "" + at, bytes(body));
        return call(hook.getString("path"), "" + at, signature, delivery, body);
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    private static HttpResponse<String> call(
            String path, String timestamp, String signature, String delivery, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(server.url() + path)).POST(HttpRequest.BodyPublishers.ofString(body));
        if (timestamp != null) request.header(BodySignature.TIMESTAMP, timestamp);
        if (signature != null) request.header(BodySignature.SIGNATURE, signature);
        if (delivery != null) request.header(BodySignature.DELIVERY, delivery);
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
