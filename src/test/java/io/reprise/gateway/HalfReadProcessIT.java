package io.reprise.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A small server and clients that begin to send and never finish. */
class HalfReadProcessIT {
    private static final int OF_EACH_KIND = 1_000;
    private static final int BYTES = 400_000;
    private static final String UNTIL_BODY =
            "\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ";

    /**
     * Symptom: 118 half-sent frames of one address without a token, or 200 half-sent bodies, ended a server with a heap of
     * 256 MB by an OutOfMemoryError. Cause: each could be 1 MiB long before anybody knew who sent it, and nothing counted
     * what all of them had sent; a head could hold thousands of header lines, and HTTP connections were in no limit.
     */
    @Test
    void a_server_with_a_small_heap_survives_a_thousand_of_each_kind_and_still_answers() {
        // Given a server on which loopback is an ordinary address, and a user who chats
        List<RawClient> stuck = new ArrayList<>();
        try (ServerProcess server = ServerProcess.start(
                        Map.of(
                                "database.url",
                                TestDatabase.fresh().reveal(),
                                "limits.exempt",
                                "",
                                "limits.addressHttpConnectionsMax",
                                Integer.toString(OF_EACH_KIND),
                                "limits.httpConnectionsMax",
                                Integer.toString(5 * OF_EACH_KIND),
                                "limits.addressRequestsPerMinute",
                                "0",
                                "server.helloMs",
                                "60000"),
                        List.of("-Xmx256m", "-XX:+ExitOnOutOfMemoryError"));
                TestClient ada = server.client("ada")) {
            String session = ada.create();
            ada.attachLive(session);
            String token = server.token("mallory");
            byte[] half = RawClient.begun(1_000_000, BYTES);

            // When each kind of incomplete data is sent a thousand times, each from a different address
            flood("127.0.0.2", server, stuck, raw -> raw.write(upgraded(raw, half)));
            flood("127.0.0.3", server, stuck, raw -> greetAndBegin(raw, token, half));
            flood("127.0.0.4", server, stuck, raw -> raw.write(post("/api/v1/logout", "", 16_000, 15_000)));
            flood(
                    "127.0.0.5",
                    server,
                    stuck,
                    raw -> raw.write(post("/api/v1/sessions", "\r\nAuthorization: Bearer " + token, 1_000_000, BYTES)));
            flood("127.0.0.6", server, stuck, raw -> raw.write("GET / HTTP/1.1\r\n" + "a:b\r\n".repeat(190)));
            flood("127.0.0.7", server, stuck, raw -> raw.write("GET / HTTP/1.1\r\n" + "a:b\r\n".repeat(3_000)));

            // Then the chat continues, and the limits were reached
            String run = ada.send(session, "/echo still here").getString("run");
            ada.awaitEnd(session, run);
            assertThat(ada.text(session, run)).isEqualTo("still here");
            assertThat(server.call("GET", "/metrics", null, null).body())
                    .contains("reprise_limits_reached_total{limit=\"address_unread_bytes\"}");
            assertThat(server.troubles()).isEmpty();
        } finally {
            stuck.forEach(RawClient::close);
        }
    }

    private static void flood(String from, ServerProcess server, List<RawClient> stuck, Consumer<RawClient> begin) {
        for (int i = 0; i < OF_EACH_KIND; i++) {
            RawClient raw = new RawClient(from, server.port(), 0);
            stuck.add(raw);
            try {
                begin.accept(raw);
            } catch (UncheckedIOException refused) {
                // The server has closed it, because of the limits.
            }
        }
    }

    private static byte[] upgraded(RawClient raw, byte[] then) {
        raw.write(RawClient.upgrade("/ws"));
        raw.head();
        return then;
    }

    private static void greetAndBegin(RawClient raw, String token, byte[] half) {
        raw.write(RawClient.upgrade("/ws"));
        if (!raw.head().contains(" 101 ")) return;
        raw.write(RawClient.text(new JsonObject()
                .put("type", "hello")
                .put("id", "h")
                .put("version", 1)
                .put("token", token)
                .encode()));
        raw.messagesTo(message -> message.getString("type").equals("welcome"));
        raw.write(half);
    }

    private static byte[] post(String path, String more, int announced, int sent) {
        String head = "POST " + path + " HTTP/1.1" + more + UNTIL_BODY + announced + "\r\n\r\n";
        return (head + "x".repeat(sent)).getBytes(StandardCharsets.ISO_8859_1);
    }
}
