package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Ports;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers on the machine get without a token is not available to others. */
class DevModeIT {
    private static final String WISH = "{\"user\":\"ann\",\"roles\":[\"user\",\"admin\"]}";

    private GatewayFixture server;

    @AfterEach
    void close() {
        if (server != null) server.close();
    }

    @Test
    void a_caller_on_the_machine_gets_a_token_with_the_roles_that_it_asks_for_and_reads_metrics() {
        server = new GatewayFixture();

        assertThat(token("1.1", "Host: localhost")).startsWith("HTTP/1.1 200 ");
        assertThat(metrics("1.1", "Host: localhost")).startsWith("HTTP/1.1 200 ");
    }

    /**
     * Symptom: behind a proxy on the same machine anybody got a token of an administrator. Cause: only the Host header
     * was checked, and proxies send the address that they connect to.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Proto: https",
                "x-forwarded-host: chat.example.org",
                "X-Forwarded-Server: proxy",
                "X-Forwarded: for=203.0.113.7",
                "X-Real-IP: 203.0.113.7",
                "Forwarded: for=203.0.113.7",
                "Via: 1.1 proxy",
                "Via:",
            })
    void a_request_through_a_proxy_gets_neither_token_nor_metrics(String header) {
        server = new GatewayFixture();

        assertThat(token("1.1", "Host: localhost\r\n" + header)).startsWith("HTTP/1.1 404 ");
        assertThat(metrics("1.1", "Host: localhost\r\n" + header)).startsWith("HTTP/1.1 401 ");
        String admin = "\r\nAuthorization: Bearer " + server.token("ann", "admin");
        assertThat(metrics("1.1", "Host: localhost\r\n" + header + admin)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void http_1_0_requests_count_as_coming_through_a_proxy() {
        server = new GatewayFixture();

        assertThat(token("1.0", "Host: localhost")).contains(" 404 ");
        assertThat(metrics("1.0", "Host: localhost")).contains(" 401 ");
    }

    @Test
    void a_trusted_proxy_is_a_proxy_whatever_it_sends() {
        server = new GatewayFixture("server.trustedProxies", "127.0.0.1");

        assertThat(token("1.1", "Host: localhost")).startsWith("HTTP/1.1 404 ");
        assertThat(metrics("1.1", "Host: localhost")).startsWith("HTTP/1.1 401 ");
    }

    /** Symptom: a page whose name was rebound to 127.0.0.1 read the metrics. Cause: its Host header was not checked. */
    @Test
    void a_page_using_dns_rebinding_reads_no_metrics() {
        server = new GatewayFixture();
        assertThat(metrics("1.1", "Host: evil.example.org")).startsWith("HTTP/1.1 401 ");
        server.close();

        int management = Ports.free();
        server = new GatewayFixture("server.managementPort", Integer.toString(management));
        assertThat(get(management, "/metrics", "1.1", "Host: evil.example.org:" + management))
                .startsWith("HTTP/1.1 404 ");
        assertThat(get(management, "/metrics", "1.1", "Host: 127.0.0.1:" + management))
                .startsWith("HTTP/1.1 200 ");
        assertThat(get(management, "/health/live?a=%", "1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 400 ")
                .contains("application/problem+json");
    }

    /** Symptom: all clients of a proxy on the machine were exempt from the limits of addresses. */
    @Test
    void clients_of_a_proxy_on_the_machine_are_not_exempt() {
        server = new GatewayFixture("limits.addressRequestsPerMinute", "1");
        String me = "Host: localhost\r\nAuthorization: Bearer " + server.token("me");
        for (int i = 0; i < 3; i++) {
            assertThat(get(server.port, "/api/v1/me", "1.1", me)).startsWith("HTTP/1.1 200 ");
        }

        String forwarded = me + "\r\nX-Forwarded-For: 203.0.113.7";
        assertThat(get(server.port, "/api/v1/me", "1.1", forwarded)).startsWith("HTTP/1.1 200 ");
        assertThat(get(server.port, "/api/v1/me", "1.1", forwarded)).startsWith("HTTP/1.1 429 ");
        assertThat(get(server.port, "/api/v1/me", "1.1", me)).startsWith("HTTP/1.1 200 ");
    }

    private String token(String version, String headers) {
        return answer(
                server.port,
                "POST /api/v1/dev/token HTTP/" + version + "\r\n" + headers
                        + "\r\nContent-Type: application/json\r\nContent-Length: " + WISH.length() + "\r\n\r\n" + WISH);
    }

    private String metrics(String version, String headers) {
        return get(server.port, "/metrics", version, headers);
    }

    private static String get(int port, String path, String version, String headers) {
        return answer(port, "GET " + path + " HTTP/" + version + "\r\n" + headers + "\r\n\r\n");
    }

    private static String answer(int port, String request) {
        try (RawClient raw = new RawClient(port, 0)) {
            raw.write(request);
            return raw.answer(false);
        }
    }
}
