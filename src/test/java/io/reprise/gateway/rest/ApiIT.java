package io.reprise.gateway.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.gateway.GatewayFixture;
import io.reprise.gateway.RawClient;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.ShardMessage.Request;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the contract treats requests: methods, types, error texts, pages of other origins. */
class ApiIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String FRIEND = "https://app.example.org";

    private static final List<Request> asked = new CopyOnWriteArrayList<>();
    private static GatewayFixture server;

    @BeforeAll
    static void start() {
        server = new GatewayFixture("server.origins", FRIEND + ",https://other.example.org");
        server.directory.put("me", "s1", 3);
        server.sessions.on(owner -> owner.commands = (fake, request) -> {
            asked.add(request);
            CommandOutcome done = new CommandOutcome.Accepted(new CommandResult.Done(), false);
            return new Delivery.Answer(fake.number, request.replyTo().ticket(), done);
        });
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /sessions | {\"title\":5} | `title` must be a string.",
                "POST | /sessions | {\"title\":\"\"} | `title` must have 1 to 200 characters.",
                "POST | /sessions | {\"metadata\":[]} | `metadata` must be an object.",
                "POST | /sessions | [] | The body must be a JSON object.",
                "POST | /sessions | {\"a\": | The body is not JSON.",
                "POST | /sessions/s1/messages | {} | `text` must be a non-empty string.",
                "POST | /sessions/s1/messages | {\"text\":null} | `text` must be a non-empty string.",
                "POST | /sessions/s1/messages | {\"text\":\"\"} | `text` must be a non-empty string.",
                "POST | /sessions/s1/stop | {\"scope\":\"x\"} | `scope` must be one of run, queued, all.",
                "POST | /sessions/s1/unqueue | {\"message\":[1]} | `message` must be a string.",
                "POST | /dev/token | {\"user\":\"a b\"} | `user` must be 1 to 64 of A-Z a-z 0-9 . _ @ + -.",
                "POST | /dev/token | {\"user\":\"a\",\"roles\":[\"x\"]} | `roles.0` must be one of user, staff, admin.",
                "GET | /sessions?limit=x | | `limit` must be an integer.",
                "GET | /sessions?limit=201 | | `limit` must be from 1 to 200.",
                "GET | /sessions?limit=99999999999999999999 | | `limit` must be an integer.",
                "GET | /sessions?cursor= | | `cursor` must have 1 to 1024 characters.",
                "GET | /sessions?cursor=%00 | | `cursor` must be a string without U+0000 and unpaired surrogates.",
            })
    void validation_errors_name_the_field(String method, String path, String body, String words) {
        HttpResponse<String> answer = send(api(method, path, body));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("bad_request");
        assertThat(new JsonObject(answer.body()).getString("message")).isEqualTo(words);
    }

    @Test
    void a_value_that_is_refused_is_not_repeated() {
        HttpResponse<String> answer = send(api("POST", "/sessions/s1/stop", "{\"scope\":\"secret-word\"}"));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).doesNotContain("secret-word");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100%25", "1.5", "%2B%2B", "%5B%5D", "null", "%22x%22", "a&cursor=b"})
    void text_in_the_query_is_used_literally(String cursor) {
        HttpResponse<String> answer = send(api("GET", "/sessions?cursor=" + cursor, null));

        assertThat(message(answer)).isEqualTo("`cursor` is not from a page of this list.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "100%", "{}", "-1", "null", "a+b c"})
    void any_text_can_be_a_key(String key) {
        HttpResponse<String> answer =
                send(api("POST", "/sessions/s1/unqueue", "{\"message\":\"m\"}").header("Idempotency-Key", key));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        assertThat(asked.getLast().id()).isEqualTo(key);
    }

    @Test
    void a_malformed_query_is_a_bad_request() {
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write("GET /api/v1/sessions?cursor=%zz HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + server.token("me") + "\r\n\r\n");

            assertThat(raw.head()).startsWith("HTTP/1.1 400 ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 400",
        "application/json; charset=utf-8, 400",
        "APPLICATION/JSON, 400",
        "text/plain, 415",
        "application/jsonx, 415",
        "application/x-www-form-urlencoded, 415",
        "multipart/form-data, 415",
        "multipart/form-data; boundary=x, 415",
    })
    void a_body_is_of_the_type_that_the_contract_names(String type, int status) {
        HttpResponse<String> answer = send(request("POST", "/api/v1/sessions/s1/messages", "{}")
                .header("Authorization", "Bearer " + server.token("me"))
                .header("Content-Type", type));

        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 415) assertThat(message(answer)).isEqualTo("The body must be application/json.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT | /sessions | GET, HEAD, OPTIONS, POST",
                "GET | /sessions/s1/stop | OPTIONS, POST",
                "HEAD | /sessions/s1/stop | OPTIONS, POST",
            })
    void an_unsupported_method_is_405_and_the_answer_names_the_supported_ones(
            String method, String path, String allowed) {
        HttpResponse<String> answer = send(api(method, path, null));

        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).hasValue(allowed);
    }

    @Test
    void options_tell_the_methods_and_head_is_a_get_without_its_body() {
        HttpResponse<String> options = send(request("OPTIONS", "/api/v1/sessions/s1", null));
        HttpResponse<String> head = send(api("HEAD", "/sessions/s1", null));

        assertThat(options.statusCode()).isEqualTo(204);
        assertThat(options.headers().firstValue("Allow").orElse("")).contains("GET", "HEAD", "DELETE");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(head.body()).isEmpty();
        assertThat(send(api("HEAD", "/sessions/none", null)).statusCode()).isEqualTo(404);
        assertThat(send(request("HEAD", "/api/v1/sessions/s1", null)).statusCode())
                .isEqualTo(401);
        assertThat(send(request("OPTIONS", "/api/v1/nowhere", null)).statusCode())
                .isEqualTo(404);
    }

    @Test
    void a_page_of_a_named_origin_may_ask_first_and_read_then() throws IOException {
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write("OPTIONS /api/v1/sessions/s1 HTTP/1.1\r\nHost: localhost\r\nOrigin: " + FRIEND
                    + "\r\nAccess-Control-Request-Method: DELETE\r\n"
                    + "Access-Control-Request-Headers: authorization\r\n\r\n");
            assertThat(raw.head().toLowerCase(Locale.ROOT))
                    .startsWith("http/1.1 204")
                    .contains("access-control-allow-origin: " + FRIEND)
                    .contains("delete")
                    .contains("authorization")
                    .contains("idempotency-key")
                    .doesNotContain("allow-credentials");
        }
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write("GET /api/v1/sessions/s1 HTTP/1.1\r\nHost: localhost\r\nOrigin: " + FRIEND
                    + "\r\nAuthorization: Bearer " + server.token("me") + "\r\n\r\n");
            assertThat(raw.head().toLowerCase(Locale.ROOT))
                    .startsWith("http/1.1 200")
                    .contains("access-control-allow-origin: " + FRIEND)
                    .contains("location", "retry-after", "content-disposition")
                    .contains("vary: origin");
        }
    }

    @ParameterizedTest
    @CsvSource({"OPTIONS, http://evil.example.org", "GET, http://evil.example.org", "GET, null"})
    void a_page_of_another_origin_is_refused(String method, String origin) {
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write(method + " /api/v1/sessions/s1 HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin
                    + "\r\nAccess-Control-Request-Method: GET\r\nAuthorization: Bearer " + server.token("me")
                    + "\r\n\r\n");

            assertThat(raw.head().toLowerCase(Locale.ROOT))
                    .startsWith("http/1.1 403")
                    .doesNotContain("access-control-allow-origin");
        }
    }

    @Test
    void the_own_origin_of_the_server_is_always_allowed() {
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write("GET /api/v1/sessions/s1 HTTP/1.1\r\nHost: localhost:" + server.port
                    + "\r\nOrigin: http://localhost:" + server.port + "\r\nAuthorization: Bearer " + server.token("me")
                    + "\r\n\r\n");

            assertThat(raw.head()).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /api/v1/sessions?q=%s HTTP/1.1 | | 414 | too_large | The request URL is too long.",
                "GET /api/v1/sessions HTTP/1.1 | %s | 431 | too_large | The request headers are too large.",
                "GET | | 400 | bad_request | The request is malformed.",
            })
    void malformed_requests_are_answered_with_a_problem(
            String line, String header, int status, String code, String words) {
        String much = "x".repeat(20_000);
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write(line.formatted(much) + "\r\nHost: localhost\r\nX-Much: " + (header == null ? "" : much)
                    + "\r\n\r\n");

            String head = raw.head().toLowerCase();

            // As far as it could be read, it was of version 1.0.
            assertThat(head)
                    .matches("(?s)http/1\\.[01] " + status + " .*")
                    .contains("content-type: application/problem+json");
            JsonObject problem = new JsonObject(raw.body());
            assertThat(problem.getInteger("status")).isEqualTo(status);
            assertThat(problem.getString("code")).isEqualTo(code);
            assertThat(problem.getString("message")).isEqualTo(words);
        }
    }

    @Test
    void a_caller_without_a_token_is_refused_before_the_body_is_read() {
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write("POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100000\r\n\r\n{");

            assertThat(raw.head()).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void the_contract_is_published_as_it_is() {
        HttpResponse<String> answer = send(request("GET", "/openapi.yaml", null));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/yaml; charset=utf-8");
        assertThat(answer.body()).startsWith("openapi: 3.1.0");
        HttpResponse<String> head = send(request("HEAD", "/openapi.yaml", null));
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
    }

    private static String message(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getString("message");
    }

    private static HttpRequest.Builder api(String method, String path, String body) {
        return request(method, "/api/v1" + path, body)
                .header("Authorization", "Bearer " + server.token("me"))
                .header("Content-Type", "application/json");
    }

    private static HttpRequest.Builder request(String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + path))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return ContractCheck.checked(HTTP.send(request.build(), BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
