package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What happens to clients that exceed limits. */
class LimitsIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Test
    void too_many_requests_of_an_address_are_answered_with_a_retry_time() throws Exception {
        try (GatewayFixture gateway = gateway("limits.addressRequestsPerMinute", "2")) {
            String token = gateway.token("ada");
            assertThat(get(gateway, token).statusCode()).isEqualTo(200);
            assertThat(get(gateway, token).statusCode()).isEqualTo(200);

            HttpResponse<String> refused = get(gateway, token);

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
                    .isBetween(1L, 30L);
            JsonObject problem = new JsonObject(refused.body());
            assertThat(problem.getString("code")).isEqualTo("too_many_requests");
            assertThat(problem.getBoolean("retryable")).isTrue();
            assertThat(problem.getLong("afterMs")).isBetween(1L, 30_000L);
        }
    }

    @Test
    void a_page_of_another_origin_can_read_a_rate_limit_answer() throws Exception {
        try (GatewayFixture gateway =
                gateway("limits.addressRequestsPerMinute", "1", "server.origins", "https://app.example.org")) {
            String token = gateway.token("ada");
            get(gateway, token);

            HttpResponse<String> refused = get(gateway, token, "Origin", "https://app.example.org");

            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Access-Control-Allow-Origin"))
                    .hasValue("https://app.example.org");
            assertThat(refused.headers().firstValue("Access-Control-Expose-Headers"))
                    .hasValueSatisfying(exposed -> assertThat(exposed).containsIgnoringCase("Retry-After"));
        }
    }

    @Test
    void the_forwarded_address_counts_only_when_a_trusted_proxy_tells_it() throws Exception {
        try (GatewayFixture gateway =
                gateway("limits.addressRequestsPerMinute", "1", "server.trustedProxies", "127.0.0.1")) {
            String token = gateway.token("ada");
            assertThat(get(gateway, token, "X-Forwarded-For", "192.0.2.1").statusCode())
                    .isEqualTo(200);
            assertThat(get(gateway, token, "X-Forwarded-For", "192.0.2.2").statusCode())
                    .isEqualTo(200);
            assertThat(get(gateway, token, "Forwarded", "for=192.0.2.3;proto=https")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(get(gateway, token, "X-Forwarded-For", "192.0.2.1").statusCode())
                    .isEqualTo(429);
            assertThat(get(gateway, token, "X-Forwarded-For", "9.9.9.9, 192.0.2.2")
                            .statusCode())
                    .isEqualTo(429);
        }
        try (GatewayFixture gateway = gateway("limits.addressRequestsPerMinute", "1")) {
            String token = gateway.token("ada");
            assertThat(get(gateway, token, "X-Forwarded-For", "192.0.2.1").statusCode())
                    .isEqualTo(200);
            assertThat(get(gateway, token, "X-Forwarded-For", "192.0.2.2").statusCode())
                    .isEqualTo(429);
        }
    }

    @Test
    void an_address_with_too_many_failed_sign_ins_is_refused_for_a_while() throws Exception {
        try (GatewayFixture gateway = gateway("limits.addressFailuresPerMinute", "2")) {
            for (int i = 0; i < 2; i++)
                assertThat(get(gateway, "nonsense").statusCode()).isEqualTo(401);

            HttpResponse<String> refused = get(gateway, "nonsense");
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(closeCode(gateway, gateway.token("ada"))).isEqualTo(4013);
        }
    }

    @Test
    void a_missing_token_is_not_a_failed_sign_in() throws Exception {
        try (GatewayFixture gateway = gateway("limits.addressFailuresPerMinute", "1")) {
            for (int i = 0; i < 5; i++)
                assertThat(get(gateway, null).statusCode()).isEqualTo(401);
            assertThat(get(gateway, gateway.token("ada")).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void too_many_commands_of_a_user_are_refused_over_all_its_sockets() {
        try (GatewayFixture gateway = gateway("limits.userCommandsPerMinute", "2");
                TabClient one = gateway.me();
                TabClient two = gateway.me()) {
            one.sendText("{\"type\":\"stop\",\"id\":\"1\",\"session\":\"s\"}");
            one.sendText("{\"type\":\"stop\",\"id\":\"2\",\"session\":\"s\"}");
            one.sendText("{\"type\":\"ping\",\"id\":\"served\"}");
            one.answer("served");

            two.sendText("{\"type\":\"stop\",\"id\":\"3\",\"session\":\"s\"}");

            JsonObject refused = two.answer("3");
            assertThat(refused.getString("code")).isEqualTo("too_many_requests");
            assertThat(refused.getBoolean("retryable")).isTrue();
            assertThat(refused.getLong("afterMs")).isBetween(1L, 30_000L);
        }
    }

    /** Symptom: a socket could ask for unknown sessions without a limit. Cause: only commands were counted. */
    @Test
    void an_attach_counts_as_a_command_of_its_user() throws Exception {
        try (GatewayFixture gateway = gateway("limits.userCommandsPerMinute", "2");
                TabClient one = gateway.me()) {
            one.sendText("{\"type\":\"attach\",\"id\":\"1\",\"session\":\"s\"}");
            one.sendText("{\"type\":\"stop\",\"id\":\"2\",\"session\":\"s\"}");
            one.sendText("{\"type\":\"attach\",\"id\":\"3\",\"session\":\"s_2\"}");

            JsonObject refused = one.answer("3");
            assertThat(refused.getString("code")).isEqualTo("too_many_requests");
            assertThat(refused.getString("session")).isEqualTo("s_2");
            assertThat(refused.getLong("afterMs")).isBetween(1L, 30_000L);
        }
    }

    @Test
    void too_many_frames_close_the_socket_with_a_code_to_come_back_after() {
        try (GatewayFixture gateway = gateway("limits.socketFramesPerMinute", "10");
                TabClient tab = gateway.me()) {
            for (int i = 0; i < 10; i++) tab.sendText("{\"type\":\"ping\",\"id\":\"" + i + "\"}");
            assertThat(tab.awaitClose()).isEqualTo(4013);
        }
    }

    @Test
    void a_user_has_a_limit_of_connections() {
        try (GatewayFixture gateway = gateway("limits.userConnectionsMax", "2")) {
            List<TabClient> tabs = new ArrayList<>(List.of(gateway.me(), gateway.me()));
            assertThat(closeCode(gateway, gateway.token("me"))).isEqualTo(4504);
            assertThat(gateway.admitsAnother()).as("another user").isTrue();

            tabs.removeLast().close();
            Awaitility.await().until(() -> {
                TabClient tab = TabClient.open(gateway.port, "/ws");
                try {
                    tab.hello(gateway.token("me"));
                    return true;
                } catch (RuntimeException | AssertionError full) {
                    return false;
                }
            });
        }
    }

    @Test
    void an_address_has_a_limit_of_connections() {
        try (GatewayFixture gateway = gateway("limits.addressConnectionsMax", "1")) {
            TabClient first = gateway.me();

            assertThat(TabClient.open(gateway.port, "/ws").awaitClose()).isEqualTo(4013);
            assertThat(first.isOpen()).isTrue();
        }
    }

    private static GatewayFixture gateway(String... overrides) {
        List<String> all = new ArrayList<>(List.of(overrides));
        all.addAll(List.of("limits.exempt", ""));
        return new GatewayFixture(all.toArray(String[]::new));
    }

    private static int closeCode(GatewayFixture gateway, String token) {
        TabClient tab = TabClient.open(gateway.port, "/ws");
        tab.sendText("{\"type\":\"hello\",\"id\":\"1\",\"version\":1,\"token\":\"" + token + "\"}");
        return tab.awaitClose();
    }

    private static HttpResponse<String> get(GatewayFixture gateway, String token, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port + "/api/v1/sessions"));
        if (token != null) request.header("Authorization", "Bearer " + token);
        if (headers.length > 0) request.headers(headers);
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
