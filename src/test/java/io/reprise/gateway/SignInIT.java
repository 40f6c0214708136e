package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The cookie of the page: how to get it, what it gives access to, and that other sites cannot use it. */
class SignInIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static GatewayFixture gateway;

    @BeforeAll
    static void start() {
        gateway = new GatewayFixture("server.origins", "https://app.example.org");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @Test
    void a_token_is_exchanged_for_a_cookie_that_is_hidden_from_scripts_and_other_sites() throws Exception {
        HttpResponse<String> answer = signIn("ada", Map.of());

        assertThat(answer.statusCode()).isEqualTo(200);
        String cookie = answer.headers().firstValue("Set-Cookie").orElseThrow();
        assertThat(cookie)
                .startsWith("reprise_session=")
                .containsIgnoringCase("; HttpOnly")
                .contains("; SameSite=Strict", "; Path=/")
                .doesNotContain("Secure", "Domain", gateway.token("ada"));
        long secondsMax = Long.parseLong(cookie.replaceAll(".*Max-Age=(\\d+).*", "$1"));
        assertThat(secondsMax).as("the life of the token").isBetween(1L, 60L);
        assertThat(new JsonObject(answer.body()).getString("user")).isEqualTo("ada");
        assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    }

    @Test
    void a_page_loaded_over_tls_gets_a_secure_cookie() throws Exception {
        assertThat(signIn("ada", Map.of("Origin", "https://app.example.org"))
                        .headers()
                        .firstValue("Set-Cookie")
                        .orElseThrow())
                .contains("Secure");
    }

    @Test
    void the_cookie_gives_access_to_rest_and_identifies_its_user() throws Exception {
        String cookie = cookie("ada");

        HttpResponse<String> me = call("GET", "/api/v1/me", Map.of("Cookie", cookie));

        assertThat(me.statusCode()).isEqualTo(200);
        JsonObject body = new JsonObject(me.body());
        assertThat(body.getString("user")).isEqualTo("ada");
        assertThat(body.getJsonArray("roles")).isEqualTo(new JsonArray().add("user"));
        assertThat(body.containsKey("expiresAt")).isTrue();
        assertThat(call("GET", "/api/v1/sessions", Map.of("Cookie", "theme=dark; " + cookie))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, 403",
                "null, 403",
                "https://evil.example, 403",
                "http://127.0.0.1.evil.example, 403",
                "http://127.0.0.1:1, 403",
                "https://app.example.org, 400",
                "own, 400"
            })
    void changes_with_a_cookie_need_an_allowed_origin(String origin, int status) throws Exception {
        Map<String, String> headers = origin == null
                ? Map.of("Cookie", cookie("ada"))
                : Map.of("Cookie", cookie("ada"), "Origin", origin.equals("own") ? own() : origin);

        // An array is not a valid body: a caller who is told so was authenticated.
        HttpResponse<String> answer = call("POST", "/api/v1/sessions", headers);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    }

    @Test
    void a_bearer_token_wins_over_a_cookie_and_needs_no_origin() throws Exception {
        Map<String, String> both = Map.of("Cookie", cookie("ada"), "Authorization", "Bearer " + gateway.token("bob"));
        assertThat(new JsonObject(call("GET", "/api/v1/me", both).body()).getString("user"))
                .isEqualTo("bob");
        assertThat(call("POST", "/api/v1/sessions", both).statusCode()).isEqualTo(400);

        Map<String, String> bad = Map.of("Cookie", cookie("ada"), "Authorization", "Bearer nonsense");
        assertThat(call("GET", "/api/v1/me", bad).statusCode()).isEqualTo(401);
    }

    @Test
    void a_cookie_is_no_bearer_token_and_a_bearer_token_is_no_cookie() throws Exception {
        String inCookie = cookie("ada").substring("reprise_session=".length());
        assertThat(call("GET", "/api/v1/me", Map.of("Authorization", "Bearer " + inCookie))
                        .statusCode())
                .as("a cookie as a token")
                .isEqualTo(401);
        assertThat(call("GET", "/api/v1/me", Map.of("Cookie", "reprise_session=" + gateway.token("ada")))
                        .statusCode())
                .as("a token as a cookie")
                .isEqualTo(401);
        assertThat(call("POST", "/api/v1/login", Map.of("Cookie", cookie("ada"), "Origin", own()))
                        .statusCode())
                .as("a cookie renewed by itself")
                .isEqualTo(401);
        assertThat(call("GET", "/api/v1/me?token=" + gateway.token("ada"), Map.of())
                        .statusCode())
                .as("a token in the address")
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a.b.c", "\"\""})
    void a_cookie_with_another_content_counts_as_missing(String value) throws Exception {
        assertThat(call("GET", "/api/v1/me", Map.of("Cookie", "reprise_session=" + value))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void signing_out_removes_the_cookie() throws Exception {
        HttpResponse<String> answer = call("POST", "/api/v1/logout", Map.of("Cookie", cookie("ada"), "Origin", own()));

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
                .startsWith("reprise_session=;")
                .contains("Max-Age=0", "Path=/");
        assertThat(call("POST", "/api/v1/logout", Map.of("Origin", "https://evil.example"))
                        .statusCode())
                .isEqualTo(403);
    }

    // --- sockets

    @Test
    void a_socket_of_the_page_needs_no_token_in_its_hello() throws Exception {
        assertThat(firstAnswer(Map.of("Cookie", cookie("ada"), "Origin", own()), null))
                .contains("\"welcome\"", "\"ada\"");
    }

    @Test
    void a_socket_whose_page_is_unknown_is_not_opened_by_a_cookie() throws Exception {
        assertThat(firstAnswer(Map.of("Cookie", cookie("ada")), null)).isEqualTo("4500");
        assertThat(firstAnswer(Map.of("Cookie", cookie("ada")), gateway.token("bob")))
                .as("a token of its own")
                .contains("\"welcome\"", "\"bob\"");
    }

    // --- blocked users

    @Test
    void a_blocked_user_is_refused_everywhere() throws Exception {
        String token = gateway.token("mallory");
        String cookie = cookie("mallory");
        try (TabClient open = TabClient.known(gateway.port, token)) {
            gateway.blocked.add("mallory");

            assertThat(open.awaitClose()).isEqualTo(4500);
            for (Map<String, String> by :
                    java.util.List.of(Map.of("Authorization", "Bearer " + token), Map.of("Cookie", cookie))) {
                HttpResponse<String> answer = call("GET", "/api/v1/me", by);
                assertThat(answer.statusCode()).isEqualTo(403);
                assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("forbidden");
            }
            assertThat(firstAnswer(Map.of(), token)).isEqualTo("4500");
        } finally {
            gateway.blocked.clear();
        }
    }

    // --- helpers

    private static String own() {
        return "http://127.0.0.1:" + gateway.port;
    }

    private static HttpResponse<String> signIn(String user, Map<String, String> headers) throws Exception {
        Map<String, String> all = new java.util.HashMap<>(headers);
        all.put("Authorization", "Bearer " + gateway.token(user));
        return call("POST", "/api/v1/login", all);
    }

    private static String cookie(String user) throws Exception {
        return signIn(user, Map.of())
                .headers()
                .firstValue("Set-Cookie")
                .orElseThrow()
                .split(";")[0];
    }

    private static HttpResponse<String> call(String method, String path, Map<String, String> headers)
            throws IOException, InterruptedException {
        boolean withBody = path.equals("/api/v1/sessions") && method.equals("POST");
        var body = withBody ? HttpRequest.BodyPublishers.ofString("[]") : HttpRequest.BodyPublishers.noBody();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port + path))
                .method(method, body);
        if (withBody) request.header("Content-Type", "application/json");
        headers.forEach(request::header);
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The first frame after hello, or the code by which the socket was closed. */
    private static String firstAnswer(Map<String, String> headers, String token) throws Exception {
        CompletableFuture<String> answer = new CompletableFuture<>();
        WebSocket.Listener listener = new WebSocket.Listener() {
            private final StringBuilder text = new StringBuilder();

            @Override
            public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
                text.append(part);
                if (last) answer.complete(text.toString());
                socket.request(1);
                return null;
            }

            @Override
            public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                answer.complete(Integer.toString(code));
                return null;
            }
        };
        WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        headers.forEach(builder::header);
        WebSocket socket = builder.buildAsync(URI.create("ws://127.0.0.1:" + gateway.port + "/ws"), listener)
                .join();
        JsonObject hello = new JsonObject().put("type", "hello").put("id", "1").put("version", 1);
        if (token != null) hello.put("token", token);
        socket.sendText(hello.encode(), true).join();
        try {
            return answer.get(120, TimeUnit.SECONDS);
        } finally {
            socket.abort();
        }
    }
}
