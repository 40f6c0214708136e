package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Patience;
import io.reprise.testing.PushBrowser;
import io.reprise.testing.SecretKeyFile;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalTime;
import java.time.ZoneOffset;
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

/** Browsers are told what happens while nobody looks, through a push service that is a server of the test. */
class PushIT {
    private static final Vertx VERTX = Vertx.vertx();
    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static final Map<String, String> SETTINGS = Map.ofEntries(
            Map.entry("secrets.key", SecretKeyFile.reference()),
            Map.entry("outgoing.allow", "127.0.0.1"),
            Map.entry("interrupts.tools", "sleep"),
            Map.entry("push.contact", "mailto:me@example.org"),
            Map.entry("push.pollMs", "20"),
            Map.entry("push.delayMs", "0"),
            Map.entry("push.perUserMax", "2"),
            Map.entry("push.perMinute", "3"),
            Map.entry("push.testsPerMinute", "2"),
            Map.entry("push.refusalsMax", "2"),
            Map.entry("push.retryMs", "20"),
            Map.entry("push.retryMaxMs", "40"),
            Map.entry("push.leaseMs", "11000"));

    private static TestServer server;
    private static int users;
    private static int port;

    /** What the push service answers. */
    private static volatile int status;

    private static volatile String retryAfter;

    /** So many requests are answered with {@code status}, the others with 201. */
    private static final AtomicInteger FAILING = new AtomicInteger();

    private static final List<Received> RECEIVED = new CopyOnWriteArrayList<>();

    /** Whose browsers are told: what was still under way for those of the test before does not count. */
    private static volatile String told;

    private record Received(String path, Map<String, String> headers, byte[] body) {}

    private final PushBrowser browser = PushBrowser.fresh();
    private String user;
    private String token;
    private String session;
    private TestClient tab;

    @BeforeAll
    static void start() throws TimeoutException {
        port = VERTX.createHttpServer()
                .requestHandler(PushIT::receive)
                .listen(0, "127.0.0.1")
                .await(60, TimeUnit.SECONDS)
                .actualPort();
        server = TestServer.start(DATABASE, SETTINGS);
    }

    private static void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            if (!request.path().startsWith("/" + told + "/")) {
                request.response().setStatusCode(201).end();
                return;
            }
            Map<String, String> headers = Map.of(
                    "authorization", request.getHeader("Authorization"),
                    "ttl", request.getHeader("TTL"),
                    "urgency", request.getHeader("Urgency"),
                    "topic", String.valueOf(request.getHeader("Topic")),
                    "encoding", request.getHeader("Content-Encoding"));
            RECEIVED.add(new Received(request.path(), headers, body.getBytes()));
            boolean fails = FAILING.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
            if (fails && retryAfter != null) request.response().putHeader("Retry-After", retryAfter);
            request.response().setStatusCode(fails ? status : 201).end();
        });
    }

    @AfterAll
    static void stop() {
        server.close();
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void come() {
        user = "user-" + ++users;
        told = user;
        FAILING.set(0);
        retryAfter = null;
        RECEIVED.clear();
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
    void the_end_of_a_run_is_told_encrypted_for_the_browser_and_signed_by_the_server() {
        JsonObject device = subscribe("phone");
        answer(200, "PATCH", "/sessions/" + session, "{\"title\":\"About plums\"}");
        String run = run("/echo hello");

        JsonObject told = told(1).getFirst();
        assertThat(told.getString("at")).isNotNull();
        told.remove("at");
        assertThat(told)
                .isEqualTo(new JsonObject()
                        .put("kind", "run.ended")
                        .put("session", session)
                        .put("run", run)
                        .put("outcome", "success")
                        .put("title", "About plums"));
        Map<String, String> headers = RECEIVED.getFirst().headers();
        String authorization = headers.get("authorization");
        JsonObject claims = PushBrowser.claims(authorization);
        assertThat(claims.getString("aud")).isEqualTo("http://127.0.0.1:" + port);
        assertThat(claims.getString("sub")).isEqualTo("mailto:me@example.org");
        assertThat(authorization).endsWith(", k=" + devices().getString("key"));
        assertThat(headers).containsEntry("encoding", "aes128gcm").containsEntry("urgency", "normal");
        assertThat(headers.get("topic")).hasSize(32).doesNotContain(session);
        assertThat(Integer.parseInt(headers.get("ttl"))).isBetween(14_000, 14_400);
        await().atMost(Patience.LIMIT)
                .untilAsserted(() ->
                        assertThat(only(devices()).containsKey("pushedAt")).isTrue());
        assertThat(only(devices()).getString("id")).isEqualTo(device.getString("id"));
        assertThat(text("SELECT secret::text FROM push_subscription WHERE user_id = '" + user + "'"))
                .as("sealed")
                .doesNotContain(hex("phone"), hex(browser.auth()));
        assertThat(server.call("GET", "/metrics", null, null).body())
                .contains("reprise_pushes_total{outcome=\"delivered\"}");
    }

    @Test
    void a_recall_is_told_when_it_has_run_and_a_decision_at_once_and_without_the_title_if_so_wished() {
        JsonObject device = subscribe("phone");
        answer(200, "PATCH", "/push-subscriptions/" + device.getString("id"), "{\"titles\":false}");
        answer(200, "PATCH", "/sessions/" + session, "{\"title\":\"About plums\"}");
        answer(
                201,
                "POST",
                "/sessions/" + session + "/recalls",
                "{\"text\":\"/echo wake\",\"schedule\":{\"kind\":\"immediate\"}}");
        assertThat(told(1).getFirst().getString("kind")).isEqualTo("recall.fired");
        run("/tool sleep {\"seconds\":0.01}");

        List<JsonObject> told = told(2);
        assertThat(told.get(1).getString("kind")).isEqualTo("interrupt.opened");
        assertThat(RECEIVED.get(1).headers()).containsEntry("urgency", "high");
        assertThat(told).noneMatch(one -> one.containsKey("title"));
    }

    @Test
    void nothing_is_told_of_muted_chats_of_stopped_runs_and_of_chats_of_others() {
        subscribe("phone");
        try (TestClient other = server.client("somebody-else")) {
            String theirs = other.create();
            other.attachLive(theirs);
            other.awaitEnd(theirs, other.send(theirs, "/echo hello").getString("run"));
        }
        String hanging = tab.send(session, "/hang").getString("run");
        tab.ask("stop", new JsonObject().put("session", session).put("run", hanging));
        tab.awaitEnd(session, hanging);
        answer(200, "PATCH", "/sessions/" + session, "{\"muted\":true}");
        run("/echo hello");
        run("/tool sleep {}");

        awaitNothingWaits();
        assertThat(RECEIVED).isEmpty();
    }

    @Test
    void a_run_that_a_fork_copies_is_not_told_again() {
        subscribe("phone");
        run("/echo hello");
        told(1);
        awaitNothingWaits();
        String message = answer(200, "GET", "/sessions/" + session + "/messages?limit=1", null)
                .getJsonArray("messages")
                .getJsonObject(0)
                .getString("id");
        answer(201, "POST", "/sessions/" + session + "/fork", "{\"message\":\"" + message + "\"}");
        awaitNothingWaits();
        run("/echo and on");

        assertThat(told(2))
                .hasSize(2)
                .extracting(one -> one.getString("session"))
                .containsOnly(session);
    }

    @Test
    void nothing_is_told_in_quiet_hours_but_a_test_is() {
        JsonObject device = subscribe("phone");
        LocalTime now = LocalTime.now(ZoneOffset.UTC);
        answer(
                200,
                "PATCH",
                "/preferences",
                new JsonObject()
                        .put(
                                "quietHours",
                                new JsonObject()
                                        .put("from", hour(now.minusHours(3)))
                                        .put("to", hour(now.plusHours(3)))
                                        .put("zone", "UTC"))
                        .encode());
        run("/echo hello");
        awaitNothingWaits();
        assertThat(RECEIVED).isEmpty();
        String path = "/api/v1/push-subscriptions/" + device.getString("id") + "/test";
        assertThat(server.call("POST", path, token, null).statusCode()).isEqualTo(204);

        assertThat(told(1).getFirst().getString("kind")).isEqualTo("test");
        assertThat(RECEIVED.getFirst().headers()).containsEntry("topic", "null");
        assertThat(server.call("POST", path, token, null).statusCode()).isEqualTo(204);
        // A slow machine has earned another one meanwhile.
        await().atMost(Patience.LIMIT)
                .until(() -> server.call("POST", path, token, null).statusCode() == 429);
    }

    @Test
    void what_was_seen_in_a_tab_meanwhile_is_not_told_nor_what_was_decided() throws SQLException {
        subscribe("phone");
        // Nothing is due before the test says so.
        execute("""
                CREATE OR REPLACE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN NEW.next_at = 'infinity'; RETURN NEW; END $$;
                CREATE TRIGGER hold BEFORE INSERT ON push_message FOR EACH ROW EXECUTE FUNCTION hold()""");
        try {
            run("/echo seen");
            String seq = text("SELECT head_seq FROM session WHERE id = '" + session + "'");
            answer(200, "PUT", "/sessions/" + session + "/read", "{\"seq\":" + seq + "}");
            run("/tool sleep {\"seconds\":0.01}");
            String interrupt = text("SELECT id FROM interrupt WHERE session_id = '" + session + "'");
            JsonObject answer = new JsonObject()
                    .put("session", session)
                    .put("interrupt", interrupt)
                    .put("decision", "approve");
            tab.ask("answer", answer);
            await().atMost(Patience.LIMIT)
                    .until(() -> text("SELECT count(*) FROM interrupt WHERE decision IS NULL AND session_id = '"
                                    + session + "'")
                            .equals("0"));
            await().atMost(Patience.LIMIT)
                    .until(() -> text("SELECT count(*) FROM push_message WHERE session_id = '" + session + "'")
                            .equals("3"));
        } finally {
            execute("DROP TRIGGER hold ON push_message");
        }
        execute("UPDATE push_message SET next_at = now()");

        assertThat(told(1).getFirst().getString("kind"))
                .as("what followed the decision")
                .isEqualTo("run.ended");
        awaitNothingWaits();
        assertThat(told(1)).hasSize(1);
    }

    @Test
    void a_browser_that_is_gone_is_removed() {
        for (int gone : new int[] {404, 410}) {
            subscribe("phone");
            status = gone;
            FAILING.set(1);
            run("/echo hello");

            await().atMost(Patience.LIMIT)
                    .untilAsserted(
                            () -> assertThat(devices().getJsonArray("devices")).isEmpty());
        }
        assertThat(text("SELECT count(*) FROM audit WHERE user_id = '" + user + "' AND action = 'device.gone'"))
                .isEqualTo("2");
        run("/echo again");
        assertThat(RECEIVED).hasSize(2);
    }

    @Test
    void a_failed_message_is_repeated_as_it_was_and_a_refused_one_is_not() {
        subscribe("phone");
        status = 503;
        FAILING.set(2);
        run("/echo hello");
        List<JsonObject> told = told(3);
        assertThat(told.stream().distinct()).hasSize(1);
        awaitNothingWaits();

        status = 403;
        FAILING.set(1);
        run("/echo refused");
        await().atMost(Patience.LIMIT)
                .untilAsserted(
                        () -> assertThat(only(devices()).getInteger("refusals")).isOne());
        awaitNothingWaits();
        assertThat(RECEIVED).hasSize(4);
        FAILING.set(1);
        run("/echo refused again");

        await().atMost(Patience.LIMIT)
                .untilAsserted(
                        () -> assertThat(devices().getJsonArray("devices")).isEmpty());
    }

    @Test
    void the_pause_that_a_push_service_asks_for_holds_for_everything_to_that_browser() {
        subscribe("phone");
        status = 429;
        retryAfter = "600";
        FAILING.set(1);
        run("/echo hello");
        String waits = "SELECT count(*) FROM push_message m JOIN push_subscription s ON s.id = subscription_id"
                + " WHERE s.user_id = '" + user
                + "' AND leased_until IS NULL AND next_at > now() + interval '9 minutes'";
        await().atMost(Patience.LIMIT).until(() -> text(waits).equals("1"));

        assertThat(RECEIVED).hasSize(1);
        forget();
    }

    @Test
    void more_than_the_allowed_number_within_a_minute_is_not_told() {
        subscribe("phone");
        for (int i = 0; i < 5; i++) run("/echo hello");

        awaitNothingWaits();
        assertThat(RECEIVED).hasSize(3);
    }

    @Test
    void what_is_recorded_is_told_once_after_a_restart() {
        subscribe("phone");
        String key = devices().getString("key");
        status = 503;
        FAILING.set(Integer.MAX_VALUE);
        retryAfter = "2";
        run("/echo hello");
        await().atMost(Patience.LIMIT).until(() -> !RECEIVED.isEmpty());
        tab.close();
        server.close();
        FAILING.set(0);
        int before = RECEIVED.size();

        server = TestServer.start(DATABASE, SETTINGS);
        token = server.token(user);
        tab = server.client(user);

        assertThat(told(before + 1).getLast()).isEqualTo(told(1).getFirst());
        awaitNothingWaits();
        assertThat(RECEIVED).hasSize(before + 1);
        assertThat(devices().getString("key")).isEqualTo(key);
    }

    @Test
    void a_browser_is_signed_out_with_its_cookie_and_belongs_to_whoever_came_last() {
        String cookie = login(user);
        Map<String, String> inBrowser = Map.of("Cookie", cookie, "Origin", server.url());
        String body = browser.subscription("phone", endpoint() + "/phone").encode();
        HttpResponse<String> added = server.call("POST", "/api/v1/push-subscriptions", null, body, inBrowser);
        assertThat(added.statusCode()).as(added.body()).isEqualTo(200);
        assertThat(devices().getJsonArray("devices")).hasSize(1);

        assertThat(server.call("POST", "/api/v1/logout", null, null, inBrowser).statusCode())
                .isEqualTo(204);
        assertThat(devices().getJsonArray("devices")).isEmpty();
        run("/echo hello");
        assertThat(RECEIVED).isEmpty();

        subscribe("phone");
        String other = server.token("somebody-else");
        assertThat(server.call("POST", "/api/v1/push-subscriptions", other, body)
                        .statusCode())
                .isEqualTo(200);
        assertThat(devices().getJsonArray("devices")).isEmpty();
        String id = text("SELECT id FROM push_subscription WHERE user_id = 'somebody-else'");
        for (List<String> call : List.of(List.of("DELETE", ""), List.of("POST", "/test"))) {
            String path = "/api/v1/push-subscriptions/" + id + call.get(1);
            assertThat(server.call(call.getFirst(), path, token, null).statusCode())
                    .isEqualTo(404);
        }
        assertThat(server.call("PATCH", "/api/v1/push-subscriptions/" + id, token, "{\"titles\":false}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.call("DELETE", "/api/v1/push-subscriptions/" + id, other, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(text("SELECT string_agg(action, ' ' ORDER BY id) FROM audit WHERE user_id = '" + user
                        + "' AND action LIKE 'device.%'"))
                .isEqualTo("device.added device.removed device.added");
    }

    @Test
    void an_ended_sign_in_takes_its_browsers_along() throws SQLException {
        subscribe("phone");
        execute("INSERT INTO sign_in (id, user_id, content, ends_at) VALUES ('in-" + user + "', '" + user
                + "', '', now() + interval '1 day')");
        execute("UPDATE push_subscription SET sign_in_id = 'in-" + user + "' WHERE user_id = '" + user + "'");
        assertThat(devices().getJsonArray("devices")).hasSize(1);

        execute("DELETE FROM sign_in WHERE id = 'in-" + user + "'");

        assertThat(devices().getJsonArray("devices")).isEmpty();
        subscribe("phone");
        execute("UPDATE push_subscription SET ends_at = now() WHERE user_id = '" + user + "'");
        assertThat(devices().getJsonArray("devices")).isEmpty();
        run("/echo hello");
        assertThat(RECEIVED).isEmpty();
    }

    @Test
    void wrong_keys_private_addresses_and_too_many_browsers_are_refused() {
        for (String url : List.of("http://10.0.0.1/", "https://[::1]/", "ftp://example.org/", "nonsense")) {
            assertThat(add(browser.subscription("x", url)).statusCode()).as(url).isEqualTo(400);
        }
        JsonObject wrong = browser.subscription("x", endpoint());
        wrong.getJsonObject("keys").put("auth", "AAAA");
        assertThat(add(wrong).body()).contains("keys.auth");
        wrong.getJsonObject("keys").put("auth", browser.auth()).put("p256dh", browser.auth());
        assertThat(add(wrong).body()).contains("keys.p256dh");
        subscribe("one");
        subscribe("two");
        subscribe("two");
        assertThat(devices().getJsonArray("devices")).hasSize(2);

        assertThat(add(browser.subscription("three", endpoint() + "/three")).statusCode())
                .isEqualTo(429);
    }

    @Test
    void a_server_that_has_it_switched_off_says_why() {
        DatabaseUri database = TestDatabase.fresh();
        try (TestServer off =
                TestServer.start(database, Map.of("secrets.key", SecretKeyFile.reference(), "push.enabled", "false"))) {
            String token = off.token("ada");
            JsonObject found = new JsonObject(
                    off.call("GET", "/api/v1/push-subscriptions", token, null).body());
            assertThat(found.getString("off")).contains("push.enabled");
            assertThat(found.containsKey("key")).isFalse();
            String body = browser.subscription("x", endpoint()).encode();
            assertThat(off.call("POST", "/api/v1/push-subscriptions", token, body)
                            .statusCode())
                    .isEqualTo(503);
        }
    }

    private String run(String text) {
        String run = tab.send(session, text).getString("run");
        tab.awaitEnd(session, run);
        return run;
    }

    private String endpoint() {
        return "http://127.0.0.1:" + port + "/" + user + "/send";
    }

    private JsonObject subscribe(String name) {
        HttpResponse<String> added = add(browser.subscription(name, endpoint() + "/" + name));
        assertThat(added.statusCode()).as(added.body()).isEqualTo(200);
        return new JsonObject(added.body());
    }

    private HttpResponse<String> add(JsonObject subscription) {
        return server.call("POST", "/api/v1/push-subscriptions", token, subscription.encode());
    }

    private void forget() {
        for (Object device : devices().getJsonArray("devices")) {
            String path = "/api/v1/push-subscriptions/" + ((JsonObject) device).getString("id");
            server.call("DELETE", path, token, null);
        }
    }

    /** What the push service has received for the browser, as the browser reads it. */
    private List<JsonObject> told(int count) {
        await().atMost(Patience.LIMIT).until(() -> RECEIVED.size() >= count);
        return RECEIVED.stream()
                .map(one -> new JsonObject(browser.read(one.body())))
                .toList();
    }

    private void awaitNothingWaits() {
        await().atMost(Patience.LIMIT)
                .until(() ->
                        text("SELECT count(*) FROM push_message m JOIN push_subscription s ON s.id = subscription_id"
                                        + " WHERE s.user_id = '" + user + "'")
                                .equals("0"));
    }

    private JsonObject devices() {
        return answer(200, "GET", "/push-subscriptions", null);
    }

    private static JsonObject only(JsonObject devices) {
        assertThat(devices.getJsonArray("devices")).hasSize(1);
        return devices.getJsonArray("devices").getJsonObject(0);
    }

    private static String login(String user) {
        HttpResponse<String> answer = server.call("POST", "/api/v1/login", server.token(user), null);
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    private JsonObject answer(int expected, String method, String path, String body) {
        HttpResponse<String> answer = server.call(method, "/api/v1" + path, token, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(expected);
        return new JsonObject(answer.body());
    }

    private static String hour(LocalTime time) {
        return "%02d:%02d".formatted(time.getHour(), time.getMinute());
    }

    private static String hex(String text) {
        StringBuilder hex = new StringBuilder();
        for (byte one : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) hex.append("%02x".formatted(one));
        return hex.toString();
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = TestDatabase.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String text(String sql) {
        try (Connection connection = TestDatabase.connect(DATABASE);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "none";
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
