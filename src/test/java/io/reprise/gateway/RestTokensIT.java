package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens, and what is told without one. */
class RestTokensIT extends RestBench {
    @Test
    void without_a_valid_token_nothing_is_revealed() {
        start();
        for (String path : List.of("/sessions", "/sessions/s1", "/sessions/s1/messages")) {
            HttpResponse<String> anonymous = send(request("GET", "/api/v1" + path, null));
            assertProblem(anonymous, 401, "unauthorized");
            assertThat(anonymous.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        }
        assertProblem(send(request("GET", "/api/v1/sessions?token=" + server.token("me"), null)), 401, "unauthorized");
        assertProblem(
                send(request("GET", "/api/v1/sessions", null).header("Authorization", "Bearer nonsense")),
                401,
                "unauthorized");
        assertProblem(
                send(request("GET", "/api/v1/sessions", null)
                        .header("Authorization", "Bearer " + server.token("me", -2_000))),
                401,
                "token_expired");
    }

    @Test
    void a_development_token_opens_a_socket() {
        start();

        HttpResponse<String> issued = devToken("{\"user\":\"ann\",\"roles\":[\"user\",\"admin\"]}");

        assertThat(issued.statusCode()).isEqualTo(200);
        assertThat(json(issued).getString("expiresAt")).endsWith("Z");
        TabClient tab = TabClient.open(server.port, "/ws");
        assertThat(tab.hello(json(issued).getString("token")).getJsonObject("user"))
                .isEqualTo(new JsonObject("{\"id\":\"ann\",\"roles\":[\"user\",\"admin\"]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"user\":\"\"}",
                "{\"user\":5}",
                "{\"user\":\"a b\"}",
                "{\"user\":\"../x\"}",
                "{\"user\":\"ann\",\"roles\":\"admin\"}",
                "{\"user\":\"ann\",\"roles\":[\"root\"]}",
                "{\"user\":\"ann\",\"roles\":[5]}",
            })
    void an_invalid_request_for_a_token_is_refused(String body) {
        start();

        assertProblem(devToken(body), 400, "bad_request");
    }

    @Test
    void a_user_has_at_most_64_characters() {
        start();

        assertThat(devToken("{\"user\":\"" + "x".repeat(64) + "\"}").statusCode())
                .isEqualTo(200);
        assertProblem(devToken("{\"user\":\"" + "x".repeat(65) + "\"}"), 400, "bad_request");
    }

    @Test
    void outside_of_the_dev_mode_the_server_issues_no_tokens_on_request() {
        start("auth.mode", "jwt");

        assertProblem(devToken("{\"user\":\"ann\"}"), 404, "not_found");
    }

    @Test
    void a_caller_by_a_foreign_name_gets_no_token() {
        start();
        String body = "{\"user\":\"ann\"}";

        assertThat(statusOf("evil.example.org:" + server.port, "", body)).contains(" 404 ");
        assertThat(statusOf("127.0.0.1.evil.example.org", "", body)).contains(" 404 ");
        assertThat(statusOf("localhost:" + server.port, "Origin: http://evil.example.org\r\n", body))
                .contains(" 403 ");
        assertThat(statusOf("localhost:" + server.port, "", body)).contains(" 200 ");
        assertThat(statusOf("127.0.0.1:" + server.port, "", body)).contains(" 200 ");
        assertThat(statusOf("[::1]:" + server.port, "", body)).contains(" 200 ");
    }

    @Test
    void health_is_told_to_everybody() {
        start();

        assertThat(send(request("GET", "/health/live", null)).statusCode()).isEqualTo(200);
        assertThat(send(request("GET", "/health/ready", null)).statusCode()).isEqualTo(200);
        server.ready.set(false);
        HttpResponse<String> notReady = send(request("GET", "/health/ready", null));

        assertThat(notReady.statusCode()).isEqualTo(503);
        assertThat(json(notReady).getString("status")).isEqualTo("not ready");
        assertThat(send(request("GET", "/health/live", null)).statusCode()).isEqualTo(200);
    }

    private String statusOf(String host, String headers, String body) {
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write("POST /api/v1/dev/token HTTP/1.1\r\nHost: " + host + "\r\n" + headers
                    + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            return raw.head().lines().findFirst().orElse("");
        }
    }

    private HttpResponse<String> devToken(String body) {
        return send(request("POST", "/api/v1/dev/token", body).header("Content-Type", "application/json"));
    }
}
