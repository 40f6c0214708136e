package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.AguiClient;
import io.reprise.testing.SseReader;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** API keys: what programs may do with them, and how they end. */
class KeysIT {
    private static final Map<String, String> SETTINGS = Map.of("keys.flushMs", "100", "keys.perUserMax", "12");

    private static final String COMPLETIONS = "/v1/chat/completions";

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(SETTINGS);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_key_is_a_bearer_token_of_rest_and_sockets_and_its_text_is_shown_once() {
        JsonObject key = make("ann", "user", "{\"name\":\" Nightly \"}");
        String text = key.getString("text");

        JsonObject me = json(server.call("GET", "/api/v1/me", text, null));
        assertThat(me.getString("user")).isEqualTo("ann");
        assertThat(me.getJsonArray("roles")).isEqualTo(JsonArray.of("user"));
        try (TestClient program = TestClient.connect(server.port(), text)) {
            String session = program.create();
            program.attachLive(session);
            String run = program.send(session, "/echo hello").getString("run");
            program.awaitEnd(session, run);
            assertThat(program.text(session, run)).contains("hello");
        }

        JsonObject listed = only(server.token("ann"));
        assertThat(listed.getString("name")).isEqualTo("Nightly");
        assertThat(listed.getString("id")).isEqualTo(key.getString("id"));
        assertThat(listed.containsKey("text")).isFalse();
        assertThat(listed.getJsonArray("scopes")).isEqualTo(JsonArray.of("read", "chat"));
        await().atMost(TestServer.PATIENCE)
                .untilAsserted(() -> assertThat(only(server.token("ann")).getInteger("usedToday"))
                        .isEqualTo(5)); // the request, hello, create, attach and send
        assertThat(only(server.token("ann")).getString("usedAt")).isNotNull();
    }

    @Test
    void a_key_that_has_expired_is_refused_and_the_database_has_only_a_hash_of_it() throws SQLException {
        JsonObject key = make("olga", "user", "{\"name\":\"o\",\"days\":1}");
        String text = key.getString("text");
        assertThat(server.call("GET", "/api/v1/me", text, null).statusCode()).isEqualTo(200);
        assertThat(sql("SELECT row_to_json(api_key)::text FROM api_key WHERE id = ?", key.getString("id")))
                .contains("olga")
                .doesNotContain(text.substring(text.length() - 20));

        sql(
                "UPDATE api_key SET expires_at = now() - interval '1 second' WHERE id = ? RETURNING id",
                key.getString("id"));

        HttpResponse<String> refused = server.call("GET", "/api/v1/me", text, null);
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(new JsonObject(refused.body()).getString("code")).isEqualTo("token_expired");
        try (TestClient program = TestClient.open(server.port(), "/ws")) {
            program.say(new JsonObject()
                    .put("type", "hello")
                    .put("id", "1")
                    .put("version", 1)
                    .put("token", text));
            assertThat(program.awaitClose()).isEqualTo(4005);
        }
    }

    private static String sql(String statement, String id) throws SQLException {
        try (Connection connection = TestDatabase.connect(server.database());
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            prepared.setString(1, id);
            ResultSet rows = prepared.executeQuery();
            rows.next();
            return rows.getString(1);
        }
    }

    /** Symptom: POST /keys with scopes of null was answered 500. */
    @Test
    void a_null_is_as_good_as_nothing_or_refused() {
        JsonObject key = make("nell", "user", "{\"name\":\"n\",\"scopes\":null,\"agents\":null}");
        assertThat(key.getJsonArray("scopes")).contains("chat").doesNotContain("admin");

        for (String field : List.of("name", "scopes", "agents", "days", "perMinute", "perDay")) {
            String body = new JsonObject().put("name", "n").putNull(field).encode();
            assertThat(post("nell", "user", body).statusCode()).as(field).isIn(201, 400);
        }
    }

    @Test
    void a_key_that_may_read_changes_nothing() {
        String text =
                make("rita", "user", "{\"name\":\"r\",\"scopes\":[\"read\"]}").getString("text");
        String session = create(server.token("rita"));

        assertThat(server.call("GET", "/api/v1/sessions", text, null).statusCode())
                .isEqualTo(200);
        assertThat(server.call("POST", "/api/v1/sessions", text, "{}").statusCode())
                .isEqualTo(403);
        assertThat(server.call("DELETE", "/api/v1/sessions/" + session, text, null)
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.call("POST", "/tools/v1/any", text, "{}").statusCode())
                .isEqualTo(403);
        try (TestClient program = TestClient.connect(server.port(), text)) {
            program.attachLive(session);
            JsonObject refused =
                    program.ask("send", new JsonObject().put("session", session).put("text", "/echo x"));
            assertThat(refused.getString("code")).isEqualTo("forbidden");
            assertThat(program.view(session).events).isEmpty();
        }
    }

    @Test
    void a_key_has_the_roles_of_its_person_only_with_the_scope_admin() {
        String plain = make("boss", "admin", "{\"name\":\"plain\"}").getString("text");
        String wide = make("boss", "admin", "{\"name\":\"wide\",\"scopes\":[\"admin\"]}")
                .getString("text");

        assertThat(server.call("GET", "/api/v1/jobs", plain, null).statusCode()).isEqualTo(403);
        assertThat(server.call("GET", "/api/v1/jobs", wide, null).statusCode()).isEqualTo(200);
        assertThat(post("una", "user", "{\"name\":\"too much\",\"scopes\":[\"admin\"]}")
                        .statusCode())
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({"GET,/keys", "POST,/keys", "DELETE,/keys/k_1", "POST,/login"})
    void a_key_makes_no_other_credentials(String method, String path) {
        String text = make("cara" + path.length() + method, "admin", "{\"name\":\"k\",\"scopes\":[\"admin\"]}")
                .getString("text");

        String body = method.equals("POST") && path.equals("/keys") ? "{\"name\":\"child\"}" : null;
        HttpResponse<String> answer = server.call(method, "/api/v1" + path, text, body);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
    }

    @Test
    void a_key_for_some_agents_reaches_only_their_sessions() {
        String all =
                make("gus", "user", "{\"name\":\"a\",\"agents\":[\"default\"]}").getString("text");
        String none =
                make("gus", "user", "{\"name\":\"b\",\"agents\":[\"poet\"]}").getString("text");
        String session = create(server.token("gus"));

        assertThat(send(all, session).statusCode()).isEqualTo(202);
        assertThat(send(none, session).statusCode()).isEqualTo(403);
        assertThat(server.call("POST", "/api/v1/sessions", none, "{}").statusCode())
                .isEqualTo(403);
        assertThat(server.call("DELETE", "/api/v1/sessions/" + session, none, null)
                        .statusCode())
                .isEqualTo(403);
        assertThat(server.call("GET", "/api/v1/sessions/" + session, server.token("gus"), null)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_revoked_key_is_refused_at_once_and_ends_its_sockets_but_no_others() {
        JsonObject key = make("dora", "user", "{\"name\":\"lost\"}");
        String kept = make("dora", "user", "{\"name\":\"kept\"}").getString("text");
        String token = server.token("dora");
        try (TestClient program = TestClient.connect(server.port(), key.getString("text"));
                TestClient other = TestClient.connect(server.port(), kept)) {
            assertThat(server.call("DELETE", "/api/v1/keys/" + key.getString("id"), server.token("eve"), null)
                            .statusCode())
                    .isEqualTo(404);

            assertThat(server.call("DELETE", "/api/v1/keys/" + key.getString("id"), token, null)
                            .statusCode())
                    .isEqualTo(204);

            assertThat(server.call("GET", "/api/v1/me", key.getString("text"), null)
                            .statusCode())
                    .isEqualTo(401);
            assertThat(program.awaitClose()).isEqualTo(4500);
            assertThat(other.create()).isNotEmpty();
        }
    }

    /** Symptom: the streams said that the user was blocked. */
    @Test
    void a_revoked_key_ends_streams_of_every_kind_which_say_why() {
        JsonObject key = make("lou", "user", "{\"name\":\"streams\"}");
        String text = key.getString("text");
        String token = server.token("lou");
        String session = create(token);
        try (SseReader stream =
                SseReader.open(server.port(), text, session, null).awaitLive()) {
            CompletableFuture<String> agui =
                    CompletableFuture.supplyAsync(() -> server.call("POST", "/agui/default", text, aguiInput("/hang"))
                            .body());
            CompletableFuture<String> completion = CompletableFuture.supplyAsync(
                    () -> server.call("POST", COMPLETIONS, text, completion("/hang"), Map.of("X-Session", "mine"))
                            .body());
            await().atMost(TestServer.PATIENCE).until(() -> running(token).size() == 2);

            server.call("DELETE", "/api/v1/keys/" + key.getString("id"), token, null);

            JsonObject error = stream.await("error").data();
            assertThat(error.getString("code")).isEqualTo("unauthorized");
            assertThat(error.getString("message")).isEqualTo("The API key was revoked.");
            assertThat(agui.join()).contains("\"unauthorized\"", "The API key was revoked.");
            assertThat(completion.join()).contains("\"invalid_api_key\"", "The API key was revoked.");
        }
        List<String> left = running(token);
        assertThat(left).as("their runs go on").hasSize(2);
        left.forEach(one -> server.call("DELETE", "/api/v1/sessions/" + one, token, null));
    }

    private static List<String> running(String token) {
        return json(server.call("GET", "/api/v1/sessions", token, null)).getJsonArray("sessions").stream()
                .map(JsonObject.class::cast)
                .filter(one -> one.getBoolean("running"))
                .map(one -> one.getString("id"))
                .toList();
    }

    private static String aguiInput(String text) {
        return new JsonObject()
                .put("threadId", "t1")
                .put("runId", "r1")
                .put("messages", JsonArray.of(AguiClient.message("m1", text)))
                .encode();
    }

    private static String completion(String text) {
        return new JsonObject()
                .put("model", "default")
                .put(
                        "messages",
                        JsonArray.of(new JsonObject().put("role", "user").put("content", text)))
                .encode();
    }

    @Test
    void administrators_see_and_revoke_the_keys_of_others() {
        JsonObject key = make("finn", "user", "{\"name\":\"f\"}");
        String boss = server.token("boss", "admin");

        assertThat(server.call("GET", "/api/v1/keys?user=finn", server.token("eve"), null)
                        .statusCode())
                .isEqualTo(403);
        assertThat(json(server.call("GET", "/api/v1/keys?user=finn", boss, null))
                        .getJsonArray("keys"))
                .hasSize(1);
        assertThat(server.call("DELETE", "/api/v1/keys/" + key.getString("id"), boss, null)
                        .statusCode())
                .isEqualTo(204);
        assertThat(audited(boss)).contains("key.added", "key.removed");
    }

    @Test
    void requests_above_the_limits_of_a_key_are_refused_with_the_time_to_wait() {
        String daily = make("hal", "user", "{\"name\":\"d\",\"perDay\":2}").getString("text");
        String rate = make("hal", "user", "{\"name\":\"m\",\"perMinute\":1}").getString("text");

        assertThat(server.call("GET", "/api/v1/me", daily, null).statusCode()).isEqualTo(200);
        assertThat(server.call("GET", "/api/v1/me", daily, null).statusCode()).isEqualTo(200);
        HttpResponse<String> third = server.call("GET", "/api/v1/me", daily, null);
        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(third.headers().firstValueAsLong("retry-after").orElseThrow())
                .isPositive();
        assertThat(server.call("GET", "/api/v1/me", rate, null).statusCode()).isEqualTo(200);
        assertThat(server.call("GET", "/api/v1/me", rate, null).statusCode()).isEqualTo(429);
        assertThat(server.call("GET", "/api/v1/me", server.token("hal"), null).statusCode())
                .isEqualTo(200);
    }

    @Test
    void a_key_that_is_used_up_is_refused_by_every_endpoint_in_its_form() {
        String daily = make("moe", "user", "{\"name\":\"d\",\"perDay\":1}").getString("text");
        assertThat(server.call("GET", "/api/v1/me", daily, null).statusCode()).isEqualTo(200);

        HttpResponse<String> agui = server.call("POST", "/agui/default", daily, aguiInput("hello"));
        HttpResponse<String> completion = server.call("POST", COMPLETIONS, daily, completion("hello"));

        assertThat(agui.statusCode()).as(agui.body()).isEqualTo(429);
        assertThat(new JsonObject(agui.body()).getString("code")).isEqualTo("too_many_requests");
        assertThat(completion.statusCode()).as(completion.body()).isEqualTo(429);
        JsonObject error = new JsonObject(completion.body()).getJsonObject("error");
        assertThat(error.getString("type")).isEqualTo("rate_limit_error");
        assertThat(error.getString("code")).isEqualTo("too_many_requests");
        for (HttpResponse<String> answer : List.of(agui, completion)) {
            assertThat(answer.headers().firstValueAsLong("retry-after").orElseThrow())
                    .isPositive();
        }
        try (TestClient program = TestClient.open(server.port(), "/ws")) {
            program.say(new JsonObject()
                    .put("type", "hello")
                    .put("id", "1")
                    .put("version", 1)
                    .put("token", daily));
            assertThat(program.awaitClose()).isEqualTo(4013);
        }
    }

    @Test
    void a_socket_whose_key_is_used_up_stays_open_and_its_commands_are_refused() {
        String daily = make("ned", "user", "{\"name\":\"d\",\"perDay\":2}").getString("text");
        try (TestClient program = TestClient.connect(server.port(), daily)) {
            program.create();

            JsonObject refused = program.ask("create", new JsonObject());

            assertThat(refused.getString("code")).isEqualTo("too_many_requests");
            assertThat(refused.getLong("afterMs")).isPositive();
            assertThat(program.ask("ping", new JsonObject()).getString("type")).isEqualTo("pong");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"  \"}|400",
                "{}|400",
                "{\"name\":\"x\",\"scopes\":[]}|400",
                "{\"name\":\"x\",\"scopes\":[\"all\"]}|400",
                "{\"name\":\"x\",\"days\":0}|400",
                "{\"name\":\"x\",\"days\":3651}|400",
                "{\"name\":\"x\",\"perDay\":0}|400",
            })
    void what_is_no_key_is_refused(String body, int status) {
        assertThat(post("ivy", "user", body).statusCode()).isEqualTo(status);
        assertThat(json(server.call("GET", "/api/v1/keys", server.token("ivy"), null))
                        .getJsonArray("keys"))
                .isEmpty();
    }

    @Test
    void a_user_has_no_more_keys_than_the_server_allows() {
        for (int i = 0; i < 12; i++) make("jon", "user", "{\"name\":\"k\"}");

        assertThat(post("jon", "user", "{\"name\":\"k\"}").statusCode()).isEqualTo(429);
    }

    @ParameterizedTest
    @CsvSource({"rpk_", "rpk_unknownunknownunkno0000000000000000000000000000000000000000000", "rpk_!"})
    void texts_that_are_no_keys_of_this_server_are_refused(String text) {
        assertThat(server.call("GET", "/api/v1/me", text, null).statusCode()).isEqualTo(401);
    }

    @Test
    void the_command_line_makes_lists_and_revokes_keys_of_a_running_server() {
        DatabaseUri database = TestDatabase.fresh();
        try (TestServer own = TestServer.start(database, SETTINGS)) {
            Map<String, String> environment = Map.of("REPRISE_DATABASE_URL", database.reveal());

            String text = run(
                            environment,
                            "--create-key",
                            "kim",
                            "--name",
                            "cron",
                            "--days",
                            "30",
                            "--agents",
                            "default",
                            "--per-minute",
                            "60",
                            "--per-day",
                            "500")
                    .strip();
            String listed = run(environment, "--list-keys", "kim");

            assertThat(json(own.call("GET", "/api/v1/me", text, null)).getString("user"))
                    .isEqualTo("kim");
            assertThat(listed)
                    .contains("chat (default)", "never used", "at most 60 a minute  at most 500 a day", "cron")
                    .doesNotContain(text);
            assertThat(failure(environment, "--create-key", "kim", "--per-day", "0"))
                    .contains("--per-day: must be a number from 1 to 1000000000");
            JsonObject made = json(own.call("GET", "/api/v1/audit?limit=100", own.token("boss", "admin"), null))
                    .getJsonArray("entries")
                    .stream()
                    .map(JsonObject.class::cast)
                    .filter(entry -> entry.getString("action").equals("key.added"))
                    .findFirst()
                    .orElseThrow();
            assertThat(made.getString("user")).isEqualTo("command line");
            assertThat(made.getJsonObject("detail").getString("user")).isEqualTo("kim");
            try (TestClient program = TestClient.connect(own.port(), text)) {
                String id = listed.substring(0, listed.indexOf(' '));
                assertThat(run(environment, "--revoke-key", id)).contains("revoked " + id);
                assertThat(program.awaitClose()).isEqualTo(4500);
            }
            assertThat(own.call("GET", "/api/v1/me", text, null).statusCode()).isEqualTo(401);
        }
    }

    private static String run(Map<String, String> environment, String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new Main(environment, new PrintStream(out), new PrintStream(err)).run(args);
        assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String failure(Map<String, String> environment, String... args) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = new Main(environment, new PrintStream(new ByteArrayOutputStream()), new PrintStream(err)).run(args);
        assertThat(code).isNotZero();
        return err.toString(StandardCharsets.UTF_8);
    }

    private static List<String> audited(String token) {
        return json(server.call("GET", "/api/v1/audit?limit=100", token, null)).getJsonArray("entries").stream()
                .map(entry -> ((JsonObject) entry).getString("action"))
                .toList();
    }

    private static HttpResponse<String> send(String token, String session) {
        return server.call("POST", "/api/v1/sessions/" + session + "/messages", token, "{\"text\":\"/echo x\"}");
    }

    private static String create(String token) {
        return json(server.call("POST", "/api/v1/sessions", token, "{}")).getString("session");
    }

    private static JsonObject only(String token) {
        JsonArray keys = json(server.call("GET", "/api/v1/keys", token, null)).getJsonArray("keys");
        assertThat(keys).hasSize(1);
        return keys.getJsonObject(0);
    }

    private static JsonObject make(String user, String role, String body) {
        HttpResponse<String> made = post(user, role, body);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return new JsonObject(made.body());
    }

    private static HttpResponse<String> post(String user, String role, String body) {
        return server.call("POST", "/api/v1/keys", server.token(user, role), body);
    }

    private static JsonObject json(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        return new JsonObject(answer.body());
    }
}
