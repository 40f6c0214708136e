package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what, which error code a refusal has, and that no text is changed on its way. */
class AccessIT {
    private static final String SECRET = "a secret that is long enough for HS256, surely";

    /** Emoji with joiners and tones, CJK beyond the first plane, right-to-left with marks, combining, and JSON's own. */
    private static final String WORLD =
            "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 𠮷野家 漢字かな交じり 한국어 שָׁלוֹם مَرْحَبًا‏ é ß \" \\ / \t \n \u2028 \u007f \uFFFD end";

    private static TestServer server;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        Path secret = Files.writeString(folder.resolve("secret"), SECRET);
        server = TestServer.start(Map.of("auth.secret", "file:" + secret));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    // --- another user

    @Test
    void every_request_for_a_session_of_another_user_is_answered_as_not_found() {
        try (TestClient ada = server.client("ada");
                TestClient bob = server.client("bob")) {
            String session = ada.create();
            ada.attachLive(session);
            String run = ada.send(session, "/hang").getString("run");
            String message = ada.send(session, "/echo waiting").getString("message");
            ada.awaitThat("the step and the queue", () -> ada.view(session).cursor == 6);
            JsonObject its = new JsonObject().put("session", session);
            long before = ada.view(session).cursor;

            // When Bob tries each frame
            assertError(bob.ask("attach", its), "not_found");
            assertError(
                    bob.ask(
                            "attach",
                            its.copy().put("epoch", ada.view(session).epoch).put("after", 0)),
                    "not_found");
            assertError(bob.ask("send", its.copy().put("text", "/echo bob")), "not_found");
            assertError(bob.ask("stop", its), "not_found");
            assertError(bob.ask("stop", its.copy().put("run", run).put("scope", "all")), "not_found");
            assertError(bob.ask("unqueue", its.copy().put("message", message)), "not_found");
            assertError(bob.ask("requeue", its.copy().put("message", message).put("text", "x")), "not_found");
            // and each route
            String token = server.token("bob");
            String path = "/api/v1/sessions/" + session;
            String body =
                    new JsonObject().put("text", "x").put("message", message).encode();
            assertStatus("GET", path, token, null, 404, "not_found");
            assertStatus("GET", path + "/messages", token, null, 404, "not_found");
            assertStatus("DELETE", path, token, null, 404, "not_found");
            for (String command : List.of("messages", "stop", "unqueue", "requeue")) {
                assertStatus("POST", path + "/" + command, token, body, 404, "not_found");
            }
            assertThat(server.call("GET", "/api/v1/sessions", token, null).body())
                    .doesNotContain(session);

            // Then nothing has happened
            ada.ask("ping", new JsonObject());
            assertThat(ada.view(session).cursor).isEqualTo(before);
            assertThat(bob.frames()).noneMatch(frame -> frame.encode().contains("waiting"));
            ada.ask("stop", its.copy().put("scope", "all"));
            ada.awaitEnd(session, run);
        }
    }

    // --- tokens

    @Test
    void requests_without_a_valid_token_are_refused() {
        long later = Instant.now().getEpochSecond() + 3_600;
        JsonObject good =
                new JsonObject().put("sub", "ada").put("iss", "reprise").put("exp", later);
        assertWelcome(jwt("HS256", good, SECRET));

        for (String bad : List.of(
                "nonsense",
                "a.b.c",
                jwt("HS256", good, "another secret that is long enough for HS256"),
                jwt("none", good, null),
                jwt("None", good, null),
                jwt("HS512", good, SECRET),
                jwt("HS256", good.copy().put("iss", "somebody"), SECRET),
                jwt("HS256", without(good, "iss"), SECRET),
                jwt("HS256", without(good, "exp"), SECRET),
                jwt("HS256", without(good, "sub"), SECRET),
                jwt("HS256", good.copy().put("sub", 1), SECRET),
                jwt("HS256", good.copy().put("sub", " "), SECRET),
                jwt("HS256", good.copy().put("exp", "later"), SECRET),
                jwt("HS256", good.copy().put("nbf", later), SECRET),
                swapPayload(jwt("HS256", good, SECRET), good.copy().put("sub", "admin")))) {
            assertThat(closeCode(hello(bad))).as(bad).isEqualTo(4500);
            assertStatus("GET", "/api/v1/sessions", bad, null, 401, "unauthorized");
        }
        assertThat(closeCode(
                        new JsonObject().put("type", "hello").put("id", "1").put("version", 1)))
                .isEqualTo(4500);
        assertStatus("GET", "/api/v1/sessions", null, null, 401, "unauthorized");

        String expired = jwt("HS256", good.copy().put("exp", Instant.now().getEpochSecond() - 1), SECRET);
        assertThat(closeCode(hello(expired))).isEqualTo(4005);
        assertStatus("GET", "/api/v1/sessions", expired, null, 401, "token_expired");
    }

    @Test
    void a_token_that_expires_ends_its_socket_unless_it_is_replaced() {
        long later = Instant.now().getEpochSecond() + 3_600;
        JsonObject claims = new JsonObject().put("sub", "ada").put("iss", "reprise");
        String longLived = jwt("HS256", claims.copy().put("exp", later), SECRET);
        String longer = jwt("HS256", claims.copy().put("exp", later + 1), SECRET);
        String bobs = jwt("HS256", claims.copy().put("sub", "bob").put("exp", later), SECRET);
        try (TestClient stays = TestClient.connect(server.port(), longLived);
                TestClient leaves = TestClient.connect(server.port(), longLived)) {
            assertError(leaves.ask("token", new JsonObject().put("token", bobs)), "forbidden");
            assertError(leaves.ask("token", new JsonObject().put("token", "nonsense")), "unauthorized");

            // Only now is a token made that lives for seconds; the next frame follows directly on the same socket.
            long soon = Instant.now().getEpochSecond() + 10;
            String shortLived = jwt("HS256", claims.copy().put("exp", soon), SECRET);
            stays.say(token("short", shortLived));
            stays.say(token("long", longer));
            leaves.say(token("short", shortLived));
            for (TestClient each : List.of(stays, leaves))
                assertThat(expiry(each, "short")).isEqualTo(soon);
            assertThat(expiry(stays, "long")).isEqualTo(later + 1);

            assertThat(leaves.awaitClose()).isEqualTo(4005);
            assertThat(stays.ask("ping", new JsonObject()).getString("type")).isEqualTo("pong");
        }
    }

    // --- frames

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "null",
                "1",
                "\"text\"",
                "[]",
                "[{}]",
                "{",
                "{\"type\":\"ping\",\"id\":\"1\"",
                "{\"a\":\"\u0001\"}"
            })
    void frames_that_are_not_json_objects_close_the_socket(String text) {
        try (TestClient tab = server.client("ada")) {
            tab.sayRaw(text);
            assertThat(tab.awaitClose()).isEqualTo(4501);
        }
    }

    @Test
    void binary_messages_and_too_long_ones_close_the_socket() {
        try (TestClient tab = server.client("ada")) {
            tab.sayBinary("{\"type\":\"ping\",\"id\":\"1\"}".getBytes(StandardCharsets.UTF_8));
            assertThat(tab.awaitClose()).isEqualTo(4501);
        }
        try (TestClient tab = server.client("ada")) {
            tab.sayRaw("{\"type\":\"ping\",\"id\":\"1\",\"pad\":\"" + "x".repeat(1_048_576) + "\"}");
            assertThat(tab.awaitClose()).isEqualTo(1009);
        }
        try (TestClient tab = server.client("ada")) {
            String frame = "{\"type\":\"ping\",\"id\":\"1\",\"pad\":\"%s\"}";
            tab.sayRaw(frame.formatted("x".repeat(1_048_576 - frame.length() + 2)));
            assertThat(tab.await("pong", f -> "1".equals(f.getString("id"))).getString("type"))
                    .isEqualTo("pong");
        }
    }

    @Test
    void the_first_frame_is_hello_of_this_version_and_there_is_no_second() {
        assertThat(closeCode(new JsonObject().put("type", "ping").put("id", "1")))
                .isEqualTo(4502);
        assertThat(closeCode(new JsonObject().put("type", "nonsense").put("id", "1")))
                .isEqualTo(4502);
        assertThat(closeCode(hello(server.token("ada")).put("version", 2))).isEqualTo(4506);
        try (TestClient tab = server.client("ada")) {
            assertError(tab.ask("hello", hello(server.token("ada"))), "bad_request");
            assertThat(tab.ask("ping", new JsonObject()).getString("type")).isEqualTo("pong");
        }
    }

    @Test
    void a_frame_with_a_fault_is_refused_and_the_socket_stays() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            JsonObject its = new JsonObject().put("session", session);
            assertError(tab.ask("nonsense", its), "bad_request");
            assertError(tab.ask("attach", new JsonObject()), "bad_request");
            assertError(tab.ask("attach", new JsonObject().put("session", 1)), "bad_request");
            assertError(tab.ask("attach", new JsonObject().put("session", "s".repeat(129))), "bad_request");
            assertError(tab.ask("detach", new JsonObject()), "bad_request");
            assertError(tab.ask("send", its), "bad_request");
            assertError(tab.ask("send", its.copy().put("text", "")), "bad_request");
            assertError(tab.ask("send", its.copy().put("text", new JsonArray())), "bad_request");
            assertError(tab.ask("send", its.copy().put("text", "x").put("onBusy", "later")), "bad_request");
            assertError(tab.ask("stop", its.copy().put("scope", "everything")), "bad_request");
            assertError(tab.ask("unqueue", its), "bad_request");
            assertError(tab.ask("requeue", its.copy().put("message", "m_1")), "bad_request");
            assertError(tab.ask("create", new JsonObject().put("metadata", "x")), "bad_request");
            assertError(tab.ask("create", new JsonObject().put("title", "x".repeat(201))), "bad_request");
            assertError(tab.ask("token", new JsonObject()), "bad_request");
            JsonObject error = tab.ask("send", its.copy().put("text", 5));
            assertThat(error.getString("session")).isEqualTo(session);
            assertThat(error.getString("message")).contains("text");

            for (String noId : List.of(
                    "{\"type\":\"ping\"}",
                    "{\"type\":\"ping\",\"id\":\"\"}",
                    "{\"type\":\"ping\",\"id\":5}",
                    "{\"type\":\"ping\",\"id\":\"" + "x".repeat(129) + "\"}",
                    "{}")) {
                int from = tab.frameCount();
                tab.sayRaw(noId);
                JsonObject refusal = tab.await(
                        "error", from, frame -> frame.getString("type").equals("error"));
                assertThat(refusal.getString("code")).isEqualTo("bad_request");
                assertThat(refusal.containsKey("id")).isFalse();
            }
            assertThat(tab.ask("ping", "x".repeat(128), new JsonObject()).getString("type"))
                    .isEqualTo("pong");
        }
    }

    @Test
    void a_text_above_the_limit_in_bytes_is_refused() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            JsonObject its = new JsonObject().put("session", session);
            assertError(tab.ask("send", its.copy().put("text", "x".repeat(65_537))), "too_large");
            assertError(tab.ask("send", its.copy().put("text", "漢".repeat(21_846))), "too_large");
            String most = "/echo " + "漢".repeat(21_843) + "x";
            assertThat(most.getBytes(StandardCharsets.UTF_8)).hasSize(65_536);
            String run = tab.send(session, most).getString("run");
            tab.awaitEnd(session, run);
            assertThat(tab.text(session, run)).isEqualTo(most.substring(6));
        }
    }

    @Test
    void text_that_no_database_can_hold_is_refused_everywhere() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            String token = server.token("ada");
            for (String bad : List.of("a\\u0000b", "\\ud83d alone", "\\ude00 alone", "\\ude00\\ud83d", "end \\ud83d")) {
                for (String frame : List.of(
                        "{\"type\":\"send\",\"id\":\"%s\",\"session\":\"" + session + "\",\"text\":\"%s\"}",
                        "{\"type\":\"requeue\",\"id\":\"%s\",\"session\":\"" + session
                                + "\",\"message\":\"m\",\"text\":\"%s\"}",
                        "{\"type\":\"create\",\"id\":\"%s\",\"title\":\"%s\"}",
                        "{\"type\":\"create\",\"id\":\"%s\",\"metadata\":{\"a\":[\"%s\"]}}",
                        "{\"type\":\"attach\",\"id\":\"%s\",\"session\":\"%s\"}")) {
                    int from = tab.frameCount();
                    tab.sayRaw(frame.formatted("i" + from, bad));
                    JsonObject answer = tab.await("answer", from, f -> ("i" + from).equals(f.getString("id")));
                    assertError(answer, "bad_request");
                }
                assertStatus(
                        "POST",
                        "/api/v1/sessions/" + session + "/messages",
                        token,
                        "{\"text\":\"" + bad + "\"}",
                        400,
                        "bad_request");
            }
            assertThat(tab.view(session).cursor).isZero();
        }
    }

    // --- texts of the world

    @Test
    void text_of_all_scripts_is_unchanged_in_live_events_replay_snapshot_and_rest() {
        try (TestClient tab = server.client("ada");
                TestClient other = server.client("ada")) {
            String session = tab.create();
            String epoch = tab.attachLive(session).getString("epoch");
            JsonObject sent = tab.ask(
                    "create",
                    new JsonObject().put("title", "漢字 😀").put("metadata", new JsonObject().put("ключ", "😀")));
            assertThat(sent.getString("type")).isEqualTo("result");

            // live
            String run = tab.send(session, "/echo " + WORLD).getString("run");
            tab.awaitEnd(session, run);
            assertThat(tab.text(session, run)).isEqualTo(WORLD);
            assertThat(userText(tab, session)).isEqualTo("/echo " + WORLD);
            // replay
            other.place(session, epoch, 0).attachLive(session);
            assertThat(other.text(session, run)).isEqualTo(WORLD);
            assertThat(userText(other, session)).isEqualTo("/echo " + WORLD);
            // snapshot
            other.place(session, "another", 0).attachLive(session);
            assertThat(contents(other.view(session).messages)).containsExactly("/echo " + WORLD, WORLD);
            // REST
            String token = server.token("ada");
            JsonObject history =
                    new JsonObject(server.call("GET", "/api/v1/sessions/" + session + "/messages", token, null)
                            .body());
            assertThat(contents(history.getJsonArray("messages"))).containsExactly("/echo " + WORLD, WORLD);
            JsonObject summary =
                    new JsonObject(server.call("GET", "/api/v1/sessions/" + sent.getString("session"), token, null)
                            .body());
            assertThat(summary.getString("title")).isEqualTo("漢字 😀");
            assertThat(summary.getJsonObject("metadata").getString("ключ")).isEqualTo("😀");
        }
    }

    // --- small helpers

    private static String userText(TestClient tab, String session) {
        List<JsonObject> events = tab.events(session);
        String user = events.stream()
                .filter(e -> type(e).equals("TEXT_MESSAGE_START") && "user".equals(event(e).getString("role")))
                .map(e -> event(e).getString("messageId"))
                .findFirst()
                .orElseThrow();
        return events.stream()
                .filter(e -> type(e).equals("TEXT_MESSAGE_CONTENT") && user.equals(event(e).getString("messageId")))
                .map(e -> event(e).getString("delta"))
                .collect(Collectors.joining());
    }

    private static List<String> contents(JsonArray messages) {
        return messages.stream()
                .map(JsonObject.class::cast)
                .map(message -> message.getString("content"))
                .toList();
    }

    private static void assertError(JsonObject answer, String code) {
        assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("error");
        assertThat(answer.getString("code")).as(answer.encode()).isEqualTo(code);
    }

    private static void assertStatus(String method, String path, String token, String body, int status, String code) {
        var response = server.call(method, path, token, body);
        assertThat(response.statusCode())
                .as(method + " " + path + " " + response.body())
                .isEqualTo(status);
        assertThat(response.headers().firstValue("content-type")).hasValue("application/problem+json");
        assertThat(new JsonObject(response.body()).getString("code")).isEqualTo(code);
    }

    private static JsonObject token(String id, String token) {
        return new JsonObject().put("type", "token").put("id", id).put("token", token);
    }

    /** In seconds, as the answer to the frame with this id says. */
    private static long expiry(TestClient client, String id) {
        JsonObject answer = client.await("result", frame -> id.equals(frame.getString("id")));
        return Instant.parse(answer.getString("expiresAt")).getEpochSecond();
    }

    private static JsonObject hello(String token) {
        return new JsonObject()
                .put("type", "hello")
                .put("id", "1")
                .put("version", 1)
                .put("token", token);
    }

    private static void assertWelcome(String token) {
        try (TestClient client = TestClient.connect(server.port(), token)) {
            assertThat(client.ask("ping", new JsonObject()).getString("type")).isEqualTo("pong");
        }
    }

    private static int closeCode(JsonObject firstFrame) {
        try (TestClient client = TestClient.open(server.port(), "/ws")) {
            client.say(firstFrame);
            return client.awaitClose();
        }
    }

    private static JsonObject without(JsonObject claims, String key) {
        JsonObject copy = claims.copy();
        copy.remove(key);
        return copy;
    }

    /** {@code secret} null: no signature. */
    private static String jwt(String algorithm, JsonObject claims, String secret) {
        String head = base64(new JsonObject()
                .put("alg", algorithm)
                .put("typ", "JWT")
                .encode()
                .getBytes(StandardCharsets.UTF_8));
        String signed = head + "." + base64(claims.encode().getBytes(StandardCharsets.UTF_8));
        return signed + "." + (secret == null ? "" : base64(hmac(algorithm, signed, secret)));
    }

    private static String swapPayload(String jwt, JsonObject claims) {
        String[] parts = jwt.split("\\.");
        return parts[0] + "." + base64(claims.encode().getBytes(StandardCharsets.UTF_8)) + "." + parts[2];
    }

    private static byte[] hmac(String algorithm, String text, String secret) {
        try {
            String name = algorithm.equals("HS512") ? "HmacSHA512" : "HmacSHA256";
            Mac mac = Mac.getInstance(name);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), name));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
