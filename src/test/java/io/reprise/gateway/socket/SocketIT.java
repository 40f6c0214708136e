package io.reprise.gateway.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.gateway.GatewayFixture;
import io.reprise.gateway.RawClient;
import io.reprise.gateway.TabClient;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Greeting, authentication, malformed frames, liveness: what a socket does independent of any session. */
class SocketIT {
    private GatewayFixture server;

    @AfterEach
    void close() {
        if (server != null) server.close();
    }

    @Test
    void hello_is_answered_with_user_server_and_limits() {
        server = new GatewayFixture();
        TabClient tab = TabClient.open(server.port, "/ws");

        JsonObject welcome = tab.hello(server.token("me"));

        assertThat(welcome.getString("id")).isEqualTo("h");
        assertThat(welcome.getString("connection")).startsWith("c_");
        assertThat(welcome.getString("node")).isEqualTo("n1");
        assertThat(welcome.getString("provider")).isEqualTo("demo");
        assertThat(welcome.getJsonObject("server"))
                .isEqualTo(new JsonObject().put("name", "reprise").put("version", "0.0-test"));
        assertThat(welcome.getJsonObject("user"))
                .isEqualTo(new JsonObject().put("id", "me").put("roles", new JsonArray().add("user")));
        assertThat(welcome.getJsonObject("limits").getInteger("textBytesMax")).isEqualTo(65_536);
        assertThat(welcome.getJsonObject("limits").getInteger("frameBytesMax")).isEqualTo(1_048_576);
        assertThat(welcome.getJsonObject("limits").getInteger("queueMax")).isEqualTo(10);
        assertThat(welcome.getInteger("heartbeatMs")).isEqualTo(25_000);
    }

    @Test
    void frames_sent_directly_after_the_hello_are_answered() {
        server = new GatewayFixture();
        String hello = new JsonObject()
                .put("type", "hello")
                .put("id", "h")
                .put("version", 1)
                .put("token", server.token("me"))
                .encode();
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write(RawClient.upgrade("/ws"));
            assertThat(raw.head()).startsWith("HTTP/1.1 101");

            ByteBuffer frames = ByteBuffer.allocate(1_024)
                    .put(RawClient.text(hello))
                    .put(RawClient.text("{\"type\":\"ping\",\"id\":\"p\"}"))
                    .put(RawClient.frame(2, true, new byte[1]))
                    .flip();
            byte[] atOnce = new byte[frames.limit()];
            frames.get(atOnce);
            raw.write(atOnce);

            assertThat(raw.closeCode())
                    .as("the third frame, behind welcome and pong")
                    .isEqualTo(4501);
        }
    }

    @Test
    void the_token_of_the_upgrade_counts_when_hello_has_none() {
        server = new GatewayFixture();
        TabClient tab = TabClient.open(server.port, "/ws", "Authorization", "Bearer " + server.token("me"));

        assertThat(tab.hello(null).getJsonObject("user").getString("id")).isEqualTo("me");
    }

    @Test
    void no_hello_in_time_closes_4502() {
        server = new GatewayFixture("server.helloMs", "100");

        assertThat(TabClient.open(server.port, "/ws").awaitClose()).isEqualTo(4502);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"type\":\"ping\",\"id\":\"1\"}", "{\"type\":\"nonsense\",\"id\":\"1\"}", "{}"})
    void another_first_frame_closes_4502(String frame) {
        server = new GatewayFixture();
        TabClient tab = TabClient.open(server.port, "/ws");

        tab.sendText(frame);

        assertThat(tab.awaitClose()).isEqualTo(4502);
    }

    @Test
    void a_hello_with_a_wrong_field_is_refused_and_can_be_repeated() {
        server = new GatewayFixture();
        TabClient tab = TabClient.open(server.port, "/ws");

        tab.send("hello", "1", "version", "one", "token", server.token("me"));

        assertThat(tab.answer("1").getString("code")).isEqualTo("bad_request");
        assertThat(tab.hello(server.token("me")).getString("type")).isEqualTo("welcome");
    }

    @Test
    void another_version_closes_4506() {
        server = new GatewayFixture();
        TabClient tab = TabClient.open(server.port, "/ws");

        tab.send("hello", "1", "version", 2, "token", server.token("me"));

        assertThat(tab.awaitClose()).isEqualTo(4506);
    }

    @Test
    void bad_tokens_close_4500() {
        server = new GatewayFixture();
        String good = server.token("me");
        String[] parts = good.split("\\.");
        String none = base64("{\"alg\":\"none\",\"typ\":\"JWT\"}");

        assertThat(closeOf(null)).isEqualTo(4500);
        assertThat(closeOf("nonsense")).isEqualTo(4500);
        assertThat(closeOf("a.b.c")).isEqualTo(4500);
        assertThat(closeOf(parts[0] + "." + base64("{\"sub\":\"you\",\"exp\":99999999999,\"iss\":\"reprise\"}") + "."
                        + parts[2]))
                .isEqualTo(4500);
        assertThat(closeOf(none + "." + parts[1] + ".")).isEqualTo(4500);
        assertThat(closeOf(none + "." + parts[1])).isEqualTo(4500);
        assertThat(closeOf(good)).as("the good one").isEqualTo(-1);
    }

    @Test
    void an_expired_token_closes_4005() {
        server = new GatewayFixture();

        assertThat(closeOf(server.token("me", -2_000))).isEqualTo(4005);
    }

    private int closeOf(String token) {
        TabClient tab = TabClient.open(server.port, "/ws");
        tab.send("hello", "1", "version", 1, "token", token);
        Awaitility.await().until(() -> !tab.isOpen() || !tab.frames().isEmpty());
        int code = tab.closeCode();
        tab.close();
        return code;
    }

    private static String base64(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "[]", "17", "null", "{\"type\":", "{} {}"})
    void frames_that_are_not_json_objects_close_4501(String text) {
        server = new GatewayFixture();
        TabClient tab = server.me();

        tab.sendText(text);

        assertThat(tab.awaitClose()).isEqualTo(4501);
    }

    @Test
    void a_binary_frame_closes_4501() {
        server = new GatewayFixture();
        TabClient tab = server.me();

        tab.sendBinary("{\"type\":\"ping\",\"id\":\"1\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(tab.awaitClose()).isEqualTo(4501);
    }

    @Test
    void bytes_that_are_no_utf_8_close_4501() {
        server = new GatewayFixture();
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write(RawClient.upgrade("/ws"));
            raw.head();
            raw.write(RawClient.frame(1, true, new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}));

            assertThat(raw.closeCode()).isEqualTo(4501);
        }
    }

    @Test
    void a_single_frame_over_the_limit_closes_1009() {
        server = new GatewayFixture();
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write(RawClient.upgrade("/ws"));
            raw.head();
            raw.write(RawClient.frame(1, true, new byte[1_048_577]));

            assertThat(raw.closeCode()).isEqualTo(1009);
        }
    }

    /** More than all buffers can hold, so that the server has to keep reading until the client has finished. */
    @Test
    void a_client_may_finish_a_frame_over_the_limit_and_then_reads_why_it_was_closed() {
        server = new GatewayFixture();
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write(RawClient.upgrade("/ws"));
            raw.head();
            raw.write(RawClient.frame(1, true, new byte[32_000_000]));

            assertThat(raw.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void a_message_whose_fragments_exceed_the_limit_closes_1009() {
        server = new GatewayFixture();
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write(RawClient.upgrade("/ws"));
            raw.head();
            raw.write(RawClient.frame(1, false, new byte[600_000]));
            raw.write(RawClient.frame(0, true, new byte[600_000]));

            assertThat(raw.closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void a_message_in_fragments_and_of_exactly_the_limit_is_read() {
        server = new GatewayFixture();
        TabClient tab = server.me();
        String begin = "{\"type\":\"ping\",\"id\":\"long\",\"_\":\"";
        String text = begin + "x".repeat(1_048_576 - begin.length() - 2) + "\"}";

        tab.sendText(text);

        assertThat(tab.answer("long").getString("type")).isEqualTo("pong");
    }

    @Test
    void a_frame_that_breaks_the_websocket_protocol_closes_1002() {
        server = new GatewayFixture();
        try (RawClient raw = new RawClient(server.port, 0)) {
            raw.write(RawClient.upgrade("/ws"));
            raw.head();
            raw.write(RawClient.frame(3, true, new byte[1]));

            assertThat(raw.closeCode()).isEqualTo(1002);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'id':'x','type':'fly'}",
                "{'id':'x'}",
                "{'id':'x','type':'attach'}",
                "{'id':'x','type':'attach','session':'s','epoch':'e'}",
                "{'id':'x','type':'send','session':'s','text':''}",
                "{'id':'x','type':'send','session':'s','text':'\\u0000'}",
                "{'id':'x','type':'send','session':'s','text':'x','onBusy':'later'}",
                "{'id':'x','type':'answer','session':'s'}",
                "{'id':'x','type':'hello','version':1}",
            })
    void a_wrong_frame_is_an_error_and_the_socket_stays(String frame) {
        server = new GatewayFixture();
        TabClient tab = server.me();

        tab.sendText(frame.replace('\'', '"'));

        JsonObject error = tab.answer("x");
        assertThat(error.getString("type")).isEqualTo("error");
        assertThat(error.getString("code")).isEqualTo("bad_request");
        assertThat(error.getBoolean("retryable")).isFalse();
        assertThat(error.getString("message")).isNotBlank();
        tab.send("ping", "still");
        assertThat(tab.answer("still").getString("type")).isEqualTo("pong");
    }

    @Test
    void a_frame_without_a_good_id_is_an_error_without_one() {
        server = new GatewayFixture();
        TabClient tab = server.me();

        tab.send("ping", "x".repeat(129));

        assertThat(tab.await("error").containsKey("id")).isFalse();
        assertThat(tab.isOpen()).isTrue();
    }

    @Test
    void a_text_over_the_limit_is_too_large() {
        server = new GatewayFixture();
        TabClient tab = server.me();

        tab.send("send", "x", "session", "s", "text", "é".repeat(32_769));

        assertThat(tab.answer("x").getString("code")).isEqualTo("too_large");
    }

    @Test
    void the_end_of_the_token_closes_4005_unless_it_was_replaced() {
        server = new GatewayFixture("server.beatMs", "100");
        TabClient first = server.me();
        TabClient renewed = server.me();
        for (TabClient each : List.of(first, renewed)) {
            each.send("token", "short", "token", server.token("me", 30_000));
            assertThat(each.answer("short").getString("expiresAt")).endsWith("Z");
        }
        renewed.send("token", "long", "token", server.token("me", 600_000));
        renewed.answer("long");

        server.later(31_000);

        assertThat(first.awaitClose()).isEqualTo(4005);
        renewed.send("ping", "p");
        assertThat(renewed.answer("p").getString("type")).isEqualTo("pong");
    }

    @Test
    void the_end_of_an_API_key_closes_4005() {
        server = new GatewayFixture("server.beatMs", "100");
        String key = server.key("me", 30_000);
        TabClient tab = TabClient.open(server.port, "/ws");
        tab.send("hello", "1", "version", 1, "token", key);
        assertThat(tab.answer("1").getString("type")).isEqualTo("welcome");

        server.later(31_000);

        assertThat(tab.awaitClose()).isEqualTo(4005);
        assertThat(closeOf(key)).isEqualTo(4005);
    }

    @Test
    void the_token_of_another_user_is_forbidden_and_a_bad_one_unauthorized() {
        server = new GatewayFixture();
        TabClient tab = server.me();

        tab.send("token", "other", "token", server.token("you"));
        tab.send("token", "bad", "token", "nonsense");
        tab.send("token", "old", "token", server.token("me", -2_000));

        assertThat(tab.answer("other").getString("code")).isEqualTo("forbidden");
        assertThat(tab.answer("bad").getString("code")).isEqualTo("unauthorized");
        assertThat(tab.answer("old").getString("code")).isEqualTo("token_expired");
        assertThat(tab.isOpen()).isTrue();
    }

    @Test
    void beats_are_sent_and_a_peer_that_answers_pings_stays_connected() {
        // A pause of the machine that is as long as the silence would close it, too.
        server = new GatewayFixture("server.beatMs", "100", "server.silenceMs", "6000");
        TabClient tab = server.me();

        Awaitility.await().until(() -> tab.frames("beat").count() >= 62);

        assertThat(tab.isOpen()).as("open for longer than the silence").isTrue();
        assertThat(tab.pings()).isPositive();
    }

    @Test
    void a_peer_that_answers_no_ping_is_closed_4012() {
        server = new GatewayFixture("server.silenceMs", "500");
        try (RawClient silent = new RawClient(server.port, 0)) {
            silent.write(RawClient.upgrade("/ws"));
            silent.head();
            silent.write(RawClient.text(new JsonObject()
                    .put("type", "hello")
                    .put("id", "h")
                    .put("version", 1)
                    .put("token", server.token("me"))
                    .encode()));

            assertThat(silent.closeCode()).isEqualTo(4012);
        }
    }

    @Test
    void connections_above_the_limit_close_4504_until_another_one_ends() {
        server = new GatewayFixture("server.connectionsMax", "2");
        TabClient first = server.me();
        server.me();

        assertThat(TabClient.open(server.port, "/ws").awaitClose()).isEqualTo(4504);

        first.close();
        Awaitility.await().until(server::admitsAnother);
    }

    @Test
    void pages_of_other_origins_must_be_named_to_connect() {
        server = new GatewayFixture("server.origins", "https://app.example.org");
        String own = "http://127.0.0.1:" + server.port;

        assertThat(TabClient.open(server.port, "/ws", "Origin", own).isOpen()).isTrue();
        assertThat(TabClient.open(server.port, "/ws", "Origin", "https://app.example.org")
                        .isOpen())
                .isTrue();
        for (String other : new String[] {
            "https://evil.example.org", "http://127.0.0.1:1", "http://127.0.0.1", "null", "https://app.example.org.evil"
        }) {
            assertThatThrownBy(() -> TabClient.open(server.port, "/ws", "Origin", other))
                    .as(other)
                    .isInstanceOfSatisfying(
                            TabClient.Refused.class,
                            refused -> assertThat(refused.status).isEqualTo(403));
        }
    }
}
