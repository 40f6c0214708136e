package io.reprise;

import static io.reprise.testing.TestClient.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.mcp.FakeAuthority;
import io.reprise.mcp.FakeMcp;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Ports;
import io.reprise.testing.SecretKeyFile;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** People sign in to an MCP server, each for themselves. */
@Timeout(300)
class McpSignInIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @TempDir
    private Path folder;

    private final DatabaseUri database = TestDatabase.fresh();
    private final FakeMcp mcp = FakeMcp.start(true);
    private final FakeAuthority authority = new FakeAuthority();
    private final int port = Ports.free();

    @BeforeEach
    void begin() throws IOException {
        authority.guard(mcp);
        write("reprise.yaml", "");
        write("mcp-servers/house.yaml", "title: The house\nauth: oauth\nurl: " + mcp.url() + "\n");
        write("agents/clerk.yaml", "mcpServers: [house]\n");
    }

    @AfterEach
    void end() {
        mcp.close();
        authority.close();
    }

    // --- in a conversation

    @Test
    void a_person_is_asked_to_sign_in_and_the_run_goes_on_by_itself() {
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            String session = create(tab);
            JsonObject asked = asked(tab, session, "/tool house_sign_in {}");
            assertThat(asked.getString("message")).contains("Sign in to The house");
            String url = asked.getJsonObject("metadata").getString("url");
            assertThat(url).isEqualTo(server.url() + "/api/v1/mcp-sign-ins/house/start");

            HttpResponse<String> back =
                    goOn(server, tab, session, url + "?session=" + session + "&interrupt=" + asked.getString("id"));

            assertThat(location(back)).isEqualTo(server.url() + "/#/s/" + session);
            assertThat(server.messages(server.token("ada"), session, 10).encode())
                    .contains("The user is signed in to The house; its tools can be used.");
            assertThat(said(tab, session, "/tool house_of_ada {\"text\":\"mine\"}"))
                    .contains("mine");
            assertThat(authority.registered).hasSize(1);
            assertNoTokenIn(server, session);
        }
    }

    @Test
    void each_person_has_their_own_tools_and_their_own_token() {
        try (TestServer server = start();
                TestClient ada = server.client("ada");
                TestClient bob = server.client("bob")) {
            signIn(server, "ada", start(server));
            authority.person = "bob";
            signIn(server, "bob", start(server));

            String hers = create(ada);
            String his = create(bob);

            assertThat(said(ada, hers, "/tools")).contains("house_of_ada").doesNotContain("house_of_bob");
            assertThat(said(bob, his, "/tools")).contains("house_of_bob").doesNotContain("house_of_ada");
            mcp.headers.clear();
            said(bob, his, "/tool house_echo {}");
            assertThat(authority
                            .holder(mcp.headers.getFirst().get("Authorization"), mcp.url())
                            .get("person"))
                    .isEqualTo("bob");
            assertThat(listed(server, "eve").containsKey("signedInAt")).isFalse();
        }
    }

    @Test
    void a_token_is_renewed_silently_and_a_refused_renewal_asks_again() {
        authority.lifeS = 1;
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            signIn(server, "ada", start(server));
            String session = create(tab);
            assertThat(said(tab, session, "/tool house_echo {\"text\":\"one\"}"))
                    .contains("one");
            assertThat(authority.tokenRequests)
                    .filteredOn(form -> form.get("grant_type").equals("refresh_token"))
                    .isNotEmpty();

            authority.forgetAll();
            JsonObject asked = asked(tab, session, "/tool house_echo {\"text\":\"two\"}");
            assertThat(listed(server, "ada").containsKey("signedInAt")).isFalse();
            authority.lifeS = 3_600;
            goOn(server, tab, session, start(server) + "?session=" + session + "&interrupt=" + asked.getString("id"));

            assertThat(server.messages(server.token("ada"), session, 10).encode())
                    .contains("\\\"two\\\"");
        }
    }

    @Test
    void a_call_that_needs_more_scopes_asks_for_them() {
        mcp.calls.put("echo", asked -> {
            String scope = authority
                    .holder(asked.request().getHeader("Authorization"), mcp.url())
                    .getOrDefault("scope", "");
            if (scope.contains("write")) asked.text("written");
            else
                asked.response()
                        .setStatusCode(403)
                        .putHeader("WWW-Authenticate", "Bearer error=\"insufficient_scope\", scope=\"write\"")
                        .end();
        });
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            signIn(server, "ada", start(server));
            String session = create(tab);

            JsonObject asked = asked(tab, session, "/tool house_echo {}");
            String url = asked.getJsonObject("metadata").getString("url");
            assertThat(url).endsWith("?scope=write");
            goOn(server, tab, session, url + "&session=" + session + "&interrupt=" + asked.getString("id"));

            assertThat(server.messages(server.token("ada"), session, 10).encode())
                    .contains("written");
            assertThat(authority.registered).as("the same client").hasSize(1);
        }
    }

    @Test
    void declining_tells_the_model_and_calls_nothing() {
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            String session = create(tab);
            JsonObject asked = asked(tab, session, "/tool house_sign_in {}");

            String run = tab.ask(
                            "answer",
                            new JsonObject()
                                    .put("session", session)
                                    .put("interrupt", asked.getString("id"))
                                    .put("decision", "decline"))
                    .getString("run");
            tab.awaitEnd(session, run);

            assertThat(server.messages(server.token("ada"), session, 10).encode())
                    .contains("did not sign in to The house");
            assertThat(mcp.count("tools/call")).isZero();
        }
    }

    // --- the way there and back

    @Test
    void a_sign_in_that_was_begun_before_a_restart_is_ended_after_it() {
        Way way;
        try (TestServer server = start()) {
            way = begun(server, "ada", start(server));
        }
        try (TestServer server = start()) {
            assertThat(location(came(way.back(), way.cookie()))).isEqualTo(server.url() + "/#/keys");
            assertThat(listed(server, "ada").getString("signedInAt")).isNotNull();
        }
    }

    @Test
    void a_way_back_is_good_once_and_only_in_the_browser_that_began() {
        try (TestServer server = start()) {
            Way ada = begun(server, "ada", start(server));
            Way eve = begun(server, "eve", start(server));

            HttpResponse<String> withoutCookie = came(ada.back(), "");
            HttpResponse<String> ofAnother = came(ada.back(), eve.cookie());
            assertThat(withoutCookie.statusCode()).isEqualTo(400);
            assertThat(ofAnother.statusCode()).isEqualTo(400);
            assertThat(listed(server, "eve").containsKey("signedInAt")).isFalse();

            assertThat(came(ada.back(), ada.cookie()).statusCode()).isEqualTo(303);
            assertThat(came(ada.back(), ada.cookie()).statusCode()).as("again").isEqualTo(400);
            assertThat(authority.tokenRequests).as("the code was sent once").hasSize(1);
            assertThat(came(eve.back().replaceAll("state=[^&]*", "state=wrong"), eve.cookie())
                            .statusCode())
                    .isEqualTo(400);
            assertThat(listed(server, "eve").containsKey("signedInAt")).isFalse();
        }
    }

    @Test
    void another_issuer_is_refused_in_metadata_and_on_the_way_back() {
        try (TestServer server = start()) {
            authority.issuerInReturn = issuer -> "https://evil.example";
            Way way = begun(server, "ada", start(server));
            assertThat(came(way.back(), way.cookie()).statusCode()).isEqualTo(400);
            authority.issuerInReturn = issuer -> null;
            Way unnamed = begun(server, "ada", start(server));
            assertThat(came(unnamed.back(), unnamed.cookie()).statusCode()).isEqualTo(400);

            authority.document = json -> json.put("issuer", "https://evil.example");
            HttpResponse<String> refused = startWith(server, "ada", start(server));

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("another issuer");
            assertThat(authority.tokenRequests).isEmpty();
        }
    }

    @Test
    void a_person_signs_out_and_the_token_is_revoked_and_all_of_it_is_in_the_audit_log() {
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            signIn(server, "ada", start(server));
            String session = create(tab);
            assertThat(said(tab, session, "/tools")).contains("house_of_ada");

            int status = server.call("DELETE", "/api/v1/mcp-sign-ins/house", server.token("ada"), null)
                    .statusCode();
            int again = server.call("DELETE", "/api/v1/mcp-sign-ins/house", server.token("ada"), null)
                    .statusCode();

            assertThat(status).isEqualTo(204);
            assertThat(again).isEqualTo(404);
            assertThat(authority.revoked).hasSize(1);
            assertThat(said(tab, session, "/tools"))
                    .doesNotContain("house_of_ada")
                    .contains("house_sign_in");
            String audit = server.call("GET", "/api/v1/audit?user=ada", server.token("root", "admin"), null)
                    .body();
            assertThat(audit).contains("mcp.signed-in", "mcp.signed-out");
        }
    }

    @Test
    void an_api_key_reaches_no_sign_in() {
        try (TestServer server = start()) {
            String key = new JsonObject(server.call("POST", "/api/v1/keys", server.token("ada"), "{\"name\":\"k\"}")
                            .body())
                    .getString("text");

            for (String path : new String[] {"", "/house/start"}) {
                assertThat(server.call("GET", "/api/v1/mcp-sign-ins" + path, key, null)
                                .statusCode())
                        .isEqualTo(403);
            }
        }
    }

    @Test
    void a_server_that_people_sign_in_to_works_if_it_asks_who_they_are() {
        try (TestServer server = start()) {
            String admin = server.token("root", "admin");

            JsonObject checked = new JsonObject(server.call("POST", "/api/v1/mcp-servers/house/check", admin, null)
                    .body());

            assertThat(checked.getBoolean("works")).as(checked.encode()).isTrue();
        }
    }

    // --- helpers

    /** What a browser has when its person has allowed access. */
    private record Way(String back, String cookie) {}

    private static String start(TestServer server) {
        return server.url() + "/api/v1/mcp-sign-ins/house/start";
    }

    private HttpResponse<String> signIn(TestServer server, String user, String url) {
        Way way = begun(server, user, url);
        HttpResponse<String> back = came(way.back(), way.cookie());
        assertThat(back.statusCode()).as(back.body()).isEqualTo(303);
        return back;
    }

    /** Signs in, and waits for the end of the run that goes on: a message before it would be queued. */
    private HttpResponse<String> goOn(TestServer server, TestClient tab, String session, String url) {
        long before = ends(tab, session);
        HttpResponse<String> back = signIn(server, "ada", url);
        tab.awaitThat("the end of the run that went on", () -> ends(tab, session) > before);
        return back;
    }

    private static long ends(TestClient tab, String session) {
        return tab.events(session).stream()
                .map(TestClient::type)
                .filter(type -> type.equals("RUN_FINISHED") || type.equals("RUN_ERROR"))
                .count();
    }

    private static Way begun(TestServer server, String user, String url) {
        HttpResponse<String> begun = startWith(server, user, url);
        assertThat(begun.statusCode()).as(begun.body()).isEqualTo(303);
        String cookie = begun.headers().firstValue("set-cookie").orElseThrow();
        assertThat(cookie).contains("HTTPOnly", "SameSite=Lax");
        return new Way(location(get(location(begun), "", "")), cookie.split(";")[0]);
    }

    private static HttpResponse<String> startWith(TestServer server, String user, String url) {
        return get(url, "Authorization", "Bearer " + server.token(user));
    }

    private static HttpResponse<String> came(String back, String cookie) {
        return cookie.isEmpty() ? get(back, "", "") : get(back, "Cookie", cookie);
    }

    private static HttpResponse<String> get(String url, String header, String value) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url));
        request.header("Accept", "text/html");
        if (!header.isEmpty()) request.header(header, value);
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static String location(HttpResponse<String> response) {
        return response.headers().firstValue("location").orElseThrow();
    }

    private static JsonObject listed(TestServer server, String user) {
        String body = server.call("GET", "/api/v1/mcp-sign-ins", server.token(user), null)
                .body();
        return new JsonObject(body).getJsonArray("servers").getJsonObject(0);
    }

    private void assertNoTokenIn(TestServer server, String session) {
        JsonArray messages = server.messages(server.token("ada"), session, 20);
        authority.tokens.keySet().forEach(token -> assertThat(messages.encode()).doesNotContain(token));
    }

    private static JsonObject asked(TestClient tab, String session, String text) {
        String run = tab.send(session, text).getString("run");
        JsonObject outcome = event(tab.awaitEnd(session, run)).getJsonObject("outcome");
        assertThat(outcome.getString("type")).isEqualTo("interrupt");
        return outcome.getJsonArray("interrupts").getJsonObject(0);
    }

    private static String said(TestClient tab, String session, String text) {
        String run = tab.send(session, text).getString("run");
        tab.awaitEnd(session, run);
        return tab.text(session, run);
    }

    private static String create(TestClient tab) {
        String session =
                tab.ask("create", new JsonObject().put("agent", "clerk")).getString("session");
        tab.attachLive(session);
        return session;
    }

    private TestServer start() {
        return TestServer.startWithFile(
                folder.resolve("reprise.yaml"),
                database,
                Map.of(
                        "outgoing.allow",
                        "127.0.0.0/8",
                        "mcp.runMs",
                        "30000",
                        "secrets.key",
                        SecretKeyFile.reference(),
                        "server.port",
                        String.valueOf(port),
                        "server.publicUrl",
                        "http://127.0.0.1:" + port));
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
