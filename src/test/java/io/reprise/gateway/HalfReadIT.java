package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Partially received data, within its limits. */
class HalfReadIT {
    private static final String JSON = "\r\nHost: localhost\r\nContent-Type: application/json\r\n";

    /** Signed by a key that must be fetched. */
    private static final String UNKNOWN_KEY = Stream.of(
                    "{\"alg\":\"RS256\",\"kid\":\"unknown\"}", "{\"sub\":\"me\",\"exp\":4000000000}", "no signature")
            .map(part -> Base64.getUrlEncoder().withoutPadding().encodeToString(part.getBytes(StandardCharsets.UTF_8)))
            .collect(Collectors.joining("."));

    private final List<RawClient> open = new ArrayList<>();
    private GatewayFixture server;

    @AfterEach
    void close() {
        open.forEach(RawClient::close);
        if (server != null) server.close();
    }

    // --- before anybody is known

    @Test
    void a_hello_may_have_16_kib_and_a_longer_frame_closes_1009_before_it_has_arrived_completely() {
        server = new GatewayFixture();
        String begin =
                "{\"type\":\"hello\",\"id\":\"h\",\"version\":1,\"token\":\"" + server.token("me") + "\",\"_\":\"";
        RawClient good = socket();
        good.write(RawClient.text(begin + "x".repeat(16_384 - begin.length() - 2) + "\"}"));
        assertThat(good.messagesTo(message -> true).getLast().getString("type")).isEqualTo("welcome");

        RawClient half = socket();
        half.write(RawClient.begun(1_000_000, 20_000));
        assertThat(half.closeCode()).isEqualTo(1009);

        RawClient whole = socket();
        whole.write(RawClient.frame(1, true, new byte[16_385]));
        assertThat(whole.closeCode()).isEqualTo(1009);

        RawClient fragments = socket();
        fragments.write(RawClient.frame(1, false, new byte[10_000]));
        fragments.write(RawClient.frame(0, false, new byte[10_000]));
        assertThat(fragments.closeCode()).isEqualTo(1009);
        awaitNothingHeld();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/logout", "/api/v1/dev/token"})
    void the_body_of_an_operation_without_sign_in_has_at_most_16_kib(String path) {
        server = new GatewayFixture();
        RawClient announced = client();
        announced.write("POST " + path + " HTTP/1.1" + JSON + "Content-Length: 16385\r\n\r\n{");
        assertProblem(announced, 413, "too_large");

        RawClient chunked = client();
        chunked.write("POST " + path + " HTTP/1.1" + JSON + "Transfer-Encoding: chunked\r\n\r\n4001\r\n"
                + " ".repeat(0x4001));
        assertProblem(chunked, 413, "too_large");
        awaitNothingHeld();
    }

    // --- the bytes of an address and of all

    @Test
    void partial_data_of_an_address_is_limited_over_sockets_and_bodies_until_they_end() {
        server = new GatewayFixture("limits.exempt", "", "limits.addressUnreadBytesMax", "1048576");
        RawClient first = greeted();
        first.write(RawClient.begun(1_000_000, 700_000));
        await().until(() -> server.intake.heldBytes() > 690_000);

        // The newest does not fit, whatever it is
        RawClient newest = greeted();
        newest.write(RawClient.begun(1_000_000, 700_000));
        assertThat(newest.closeCode()).isEqualTo(4013);
        RawClient body = post(700_000, 600_000);
        String answer = body.answer(false);
        assertThat(answer).startsWith("HTTP/1.1 503 ").containsIgnoringCase("retry-after: 2");
        assertThat(problem(answer).getString("code")).isEqualTo("unavailable");
        assertThat(server.intake.heldBytes()).isLessThan(720_000);

        // Small data still fits, and a client that disconnects leaves room
        assertThat(post(2, 2).answer(false)).doesNotContain("503");
        first.close();
        awaitNothingHeld();
        RawClient next = greeted();
        next.write(RawClient.begun(1_000_000, 700_000));
        await().until(() -> server.intake.heldBytes() > 690_000);
    }

    @Test
    void the_limit_of_all_holds_for_exempt_addresses_too() {
        server = new GatewayFixture("limits.unreadBytesMax", "1048576");
        RawClient body = post(1_000_000, 700_000);
        await().until(() -> server.intake.heldBytes() > 690_000);

        RawClient newest = greeted();
        newest.write(RawClient.begun(1_000_000, 700_000));

        assertThat(newest.closeCode()).isEqualTo(4013);
        body.close();
        awaitNothingHeld();
    }

    @Test
    void fragments_count_until_the_message_is_whole() {
        server = new GatewayFixture();
        RawClient raw = greeted();
        String text = "{\"type\":\"ping\",\"id\":\"p\",\"_\":\"" + "x".repeat(500_000) + "\"}";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        raw.write(RawClient.frame(1, false, Arrays.copyOf(bytes, 400_000)));
        await().until(() -> server.intake.heldBytes() == 400_000);

        raw.write(RawClient.frame(0, true, Arrays.copyOfRange(bytes, 400_000, bytes.length)));

        assertThat(raw.messagesTo(message -> true).getLast().getString("type")).isEqualTo("pong");
        awaitNothingHeld();
    }

    /**
     * Symptom: a socket whose token was being verified could fill the memory with complete frames that no limit
     * counted. Cause:
     * only incomplete data was counted, and a paused socket keeps complete frames, too.
     */
    @Test
    void complete_frames_that_wait_while_a_token_is_verified_count_too() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String keys = "http://127.0.0.1:" + silent.getLocalPort() + "/keys";
            server = new GatewayFixture("auth.mode", "jwt", "auth.jwksUrl", keys, "auth.jwksTimeoutMs", "60000");
            RawClient waits = socket();
            waits.write(RawClient.text(
                    "{\"type\":\"hello\",\"id\":\"h\",\"version\":1,\"token\":\"" + UNKNOWN_KEY + "\"}"));

            for (int i = 0; i < 4; i++) waits.write(RawClient.frame(1, true, new byte[16_000]));

            await().until(() -> server.intake.heldBytes() >= 64_000);
            waits.close();
            awaitNothingHeld();
        }
    }

    @Test
    void waiting_frames_are_read_after_the_token_is_verified_and_no_longer_count() {
        server = new GatewayFixture();
        RawClient raw = socket();
        byte[] ping = RawClient.text("{\"type\":\"ping\",\"id\":\"p\",\"_\":\"" + "x".repeat(15_000) + "\"}");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(hello());
        for (int i = 0; i < 4; i++) all.writeBytes(ping);

        raw.write(all.toByteArray());

        for (int i = 0; i < 4; i++) {
            raw.messagesTo(message -> message.getString("type").equals("pong"));
        }
        awaitNothingHeld();
    }

    // --- time

    @Test
    void a_head_a_body_and_a_message_must_come_in_time() {
        server = new GatewayFixture("limits.receiveMs", "300");
        RawClient message = greeted();
        message.write(RawClient.begun(1_000_000, 20_000));
        assertThat(message.closeCode()).isEqualTo(4008);

        RawClient head = client();
        head.write("GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\n");
        assertProblem(head, 408, "timeout");

        assertProblem(post(1_000, 10), 408, "timeout");
        awaitNothingHeld();
    }

    // --- HTTP connections

    @Test
    void http_connections_of_an_address_are_limited_and_websockets_do_not_count() {
        server = new GatewayFixture("limits.exempt", "", "limits.addressHttpConnectionsMax", "2");
        RawClient first = client();
        RawClient second = client();
        await().until(() -> server.intake.httpConnections() == 2);

        assertProblem(client(), 503, "unavailable");

        second.write(RawClient.upgrade("/ws"));
        assertThat(second.head()).startsWith("HTTP/1.1 101 ");
        await().until(() -> server.intake.httpConnections() == 1);
        assertThat(live()).startsWith("HTTP/1.1 200 ");
        first.close();
        await().until(() -> live().startsWith("HTTP/1.1 200 "));
    }

    @Test
    void http_connections_of_all_are_limited() {
        server = new GatewayFixture("limits.httpConnectionsMax", "1");
        client();
        await().until(() -> server.intake.httpConnections() == 1);

        assertProblem(client(), 503, "unavailable");
    }

    /** Symptom: any number of refused connections stayed open for seconds, because each is answered before it ends. */
    @Test
    void refused_connections_are_limited() {
        server = new GatewayFixture("limits.httpConnectionsMax", "1", "limits.refusedConnectionsMax", "1");
        client();
        await().until(() -> server.intake.httpConnections() == 1);
        RawClient answered = client();
        assertThat(answered.head()).startsWith("HTTP/1.1 503 ");

        assertThat(client().answer(true)).isEmpty();

        answered.close();
        await().until(() -> client().answer(true).startsWith("HTTP/1.1 503 "));
    }

    /** Each line takes many times its size in memory. */
    @Test
    void a_head_has_at_most_200_lines() {
        server = new GatewayFixture();
        RawClient few = client();
        few.write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n" + "a:b\r\n".repeat(199) + "\r\n");
        assertThat(few.answer(false)).startsWith("HTTP/1.1 200 ");

        RawClient many = client();
        many.write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n" + "a:b\r\n".repeat(200));
        assertProblem(many, 431, "too_large");
    }

    @Test
    void a_body_of_two_lengths_and_one_that_is_badly_chunked_are_refused() {
        server = new GatewayFixture();
        RawClient both = client();
        both.write("POST /api/v1/logout HTTP/1.1" + JSON + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
        assertProblem(both, 400, "bad_request");

        RawClient chunks = client();
        chunks.write("POST /api/v1/logout HTTP/1.1" + JSON + "Transfer-Encoding: chunked\r\n\r\nzz\r\n");
        assertProblem(chunks, 400, "bad_request");
    }

    // --- pings

    /** Symptom: 66,000 pongs after the close. Cause: Vert.x answered each ping by itself, until the connection ended. */
    @Test
    void no_ping_is_answered_after_the_close() {
        server = new GatewayFixture("limits.socketFramesPerMinute", "10");
        RawClient raw = greeted();
        byte[] ping = RawClient.frame(9, true, new byte[0]);
        for (int i = 0; i < 1_000; i++) raw.write(ping);

        assertThat(raw.pongsUntilTheEnd()).isLessThanOrEqualTo(10);
    }

    /**
     * Symptom: the server's memory grew with each ping. Cause: pongs were not limited like other output for a slow
     * reader.
     */
    @Test
    void unread_pongs_are_limited() {
        server = new GatewayFixture("server.outboxBytesMax", "16384", "limits.socketFramesPerMinute", "0");
        RawClient raw = new RawClient(server.port, 4_096);
        open.add(raw);
        raw.write(RawClient.upgrade("/ws"));
        raw.head();
        raw.write(hello());
        byte[] ping = RawClient.frame(9, true, new byte[125]);
        ByteArrayOutputStream pings = new ByteArrayOutputStream();
        for (int i = 0; i < 100_000; i++) pings.writeBytes(ping);

        raw.write(pings.toByteArray());

        assertThat(raw.closeCode()).isEqualTo(4008);
    }

    // --- helpers

    private RawClient client() {
        RawClient raw = new RawClient(server.port, 0);
        open.add(raw);
        return raw;
    }

    private RawClient socket() {
        RawClient raw = client();
        raw.write(RawClient.upgrade("/ws"));
        assertThat(raw.head()).startsWith("HTTP/1.1 101 ");
        return raw;
    }

    private RawClient greeted() {
        RawClient raw = socket();
        raw.write(hello());
        raw.messagesTo(message -> message.getString("type").equals("welcome"));
        return raw;
    }

    private byte[] hello() {
        return RawClient.text(new JsonObject()
                .put("type", "hello")
                .put("id", "h")
                .put("version", 1)
                .put("token", server.token("me"))
                .encode());
    }

    private RawClient post(int announced, int sent) {
        RawClient raw = client();
        raw.write("POST /api/v1/sessions/s1/unqueue HTTP/1.1" + JSON + "Authorization: Bearer " + server.token("me")
                + "\r\nContent-Length: " + announced + "\r\n\r\n" + "{}" + " ".repeat(sent - 2));
        return raw;
    }

    private String live() {
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
            return raw.answer(false);
        }
    }

    private void awaitNothingHeld() {
        await().until(() -> server.intake.heldBytes() == 0);
    }

    private static void assertProblem(RawClient raw, int status, String code) {
        String answer = raw.answer(false);
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("application/problem+json");
        assertThat(problem(answer).getString("code")).isEqualTo(code);
    }

    private static JsonObject problem(String answer) {
        return new JsonObject(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }
}
