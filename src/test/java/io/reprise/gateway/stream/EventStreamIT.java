package io.reprise.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.gateway.GatewayFixture;
import io.reprise.gateway.RawClient;
import io.reprise.gateway.rest.ContractCheck;
import io.reprise.message.Delivery;
import io.reprise.message.NodeMessage;
import io.reprise.message.bus.Addresses;
import io.reprise.testing.IdentityProvider;
import io.reprise.testing.SseReader;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One session over Server-Sent Events: how a stream begins, resumes and ends, and its events. */
class EventStreamIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private GatewayFixture server;

    @AfterEach
    void close() {
        if (server != null) server.close();
    }

    private SseReader open(String lastId) {
        return SseReader.open(server.port, server.token("me"), "s1", lastId);
    }

    @Test
    void without_a_cursor_a_stream_begins_with_the_snapshot_and_continues_live() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 10);
        try (SseReader stream = open(null)) {
            List<SseReader.Sent> sent = new ArrayList<>();
            for (int i = 0; i < 4; i++) sent.add(stream.next());
            server.sessions.append("s1", 2);
            for (int i = 0; i < 2; i++) sent.add(stream.next());

            assertThat(stream.head())
                    .startsWith("HTTP/1.1 200 ")
                    .containsIgnoringCase("content-type: text/event-stream")
                    .containsIgnoringCase("cache-control: no-store");
            assertThat(sent)
                    .extracting(SseReader.Sent::type)
                    .containsExactly("attached", "snapshot", "snapshot", "live", "event", "event");
            assertThat(sent)
                    .extracting(SseReader.Sent::id)
                    .containsExactly(null, null, "e0:10", "e0:10", "e0:11", "e0:12");
            assertThat(sent.getFirst().data().getString("mode")).isEqualTo("snapshot");
        }
    }

    @Test
    void the_stream_of_a_blocked_user_ends_with_an_error() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);
        try (SseReader stream = open(null)) {
            stream.awaitLive();

            server.blocked.add("me");

            SseReader.Sent last = stream.await("error");
            assertThat(last.data().getString("code")).isEqualTo("forbidden");
            assertThat(stream.ended()).isTrue();
        }
        try (SseReader again = open(null)) {
            assertThat(again.status()).isEqualTo(403);
        }
    }

    @Test
    void a_stream_resumes_after_the_last_id_and_the_header_takes_precedence_over_the_query() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 20);
        try (SseReader byHeader = open("e0:7");
                SseReader byQuery = SseReader.request(server.port, "s1?after=e0:15", bearer(), 0);
                SseReader byBoth =
                        SseReader.request(server.port, "s1?after=e0:3", bearer() + "Last-Event-ID: e0:19\r\n", 0)) {
            assertThat(byHeader.awaitLive().cursor).isEqualTo(20);
            assertThat(byHeader.events.getFirst().getLong("from")).isEqualTo(8);
            byQuery.epoch = "e0";
            byQuery.cursor = 15;
            assertThat(byQuery.awaitLive().cursor).isEqualTo(20);
            byBoth.epoch = "e0";
            byBoth.cursor = 19;
            assertThat(byBoth.awaitLive().events).hasSize(1);
        }
    }

    @Test
    void a_cursor_in_another_log_is_reported_and_followed_by_a_snapshot() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 20);
        try (SseReader stream = open("elsewhere:5")) {
            assertThat(stream.next().data().getString("mode")).isEqualTo("reset");
            assertThat(stream.awaitLive().cursor).isEqualTo(20);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "e0", "e0:", ":5", "e0:-1", "e0:x", "e 0:5", "e0:5:6", "e0:9007199254740992"})
    void an_invalid_cursor_is_a_bad_request(String place) {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 20);

        HttpResponse<String> answer = get("s1", Map.of("Last-Event-ID", place));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("bad_request");
        HttpResponse<String> query = get("s1?after=" + place.replace(" ", "%20"), Map.of());
        assertThat(query.statusCode()).isEqualTo(400);
    }

    @Test
    void unreadable_sessions_are_refused_with_a_problem_before_a_stream_begins() {
        server = new GatewayFixture();
        server.sessions.put("s1", "you", 20);

        assertRefused(get("nowhere", Map.of()), 404, "not_found");
        assertRefused(get("s1", Map.of()), 404, "not_found");
        assertRefused(get("s1", Map.of("Authorization", "Bearer nonsense")), 401, "unauthorized");
        assertThat(held()).isZero();
    }

    @Test
    void a_session_whose_owner_does_not_answer_is_finally_unavailable() {
        server = new GatewayFixture(false, "gateway.commandMs", "1000");

        assertRefused(get("s1", Map.of()), 503, "unavailable");
    }

    @Test
    void a_client_that_accepts_compression_receives_uncompressed_events_immediately() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);
        try (SseReader stream =
                SseReader.request(server.port, "s1", bearer() + "Accept-Encoding: gzip, deflate, br\r\n", 0)) {
            assertThat(stream.head()).doesNotContainIgnoringCase("content-encoding");
            assertThat(stream.awaitLive().cursor).isEqualTo(3);
        }
    }

    @Test
    void head_is_answered_by_the_head_of_a_stream() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);

        HttpResponse<String> head = send(request("s1", Map.of()).method("HEAD", HttpRequest.BodyPublishers.noBody()));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("Content-Type")).hasValue("text/event-stream");
        assertThat(head.body()).isEmpty();
        await().until(() -> held() == 0);
    }

    @Test
    void an_idle_stream_receives_comments() {
        server = new GatewayFixture("server.commentMs", "100");
        server.sessions.put("s1", "me", 3);
        try (SseReader stream = open(null).awaitLive()) {
            stream.awaitComments(2);

            assertThat(stream.events).isEmpty();
        }
    }

    @Test
    void streams_and_sockets_share_the_limit_of_connections() {
        server = new GatewayFixture("server.connectionsMax", "2");
        server.sessions.put("s1", "me", 3);
        server.me();
        try (SseReader stream = open(null).awaitLive()) {
            assertRefused(get("s1", Map.of()), 429, "too_many_requests");
            assertThat(server.admitsAnother()).isFalse();
            stream.cut();
        }
        await().until(() -> server.admitsAnother());
    }

    @Test
    void the_streams_of_one_connection_free_their_place_when_they_end_and_not_when_it_closes() {
        server = new GatewayFixture("server.connectionsMax", "1");
        server.sessions.put("s1", "me", 3);
        String token = server.token("me", 30_000);
        try (SseReader stream = SseReader.open(server.port, token, "s1", null).awaitLive()) {
            server.later(31_000);
            assertThat(stream.ended()).isTrue();

            await().until(() -> server.admitsAnother());
        }
    }

    @Test
    void a_stream_ends_with_its_token_and_an_error() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);
        try (SseReader stream = SseReader.open(server.port, server.token("me", 30_000), "s1", null)
                .awaitLive()) {
            server.later(31_000);

            assertThat(stream.await("error").data().getString("code")).isEqualTo("token_expired");
            assertThat(stream.next()).isNull();
            assertThat(stream.lastId).isEqualTo("e0:3");
        }
    }

    @Test
    void a_stream_ends_with_its_API_key_and_an_error() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);
        try (SseReader stream = SseReader.open(server.port, server.key("me", 30_000), "s1", null)
                .awaitLive()) {
            server.later(31_000);

            JsonObject error = stream.await("error").data();
            assertThat(error.getString("code")).isEqualTo("token_expired");
            assertThat(error.getString("message")).isEqualTo("The API key has expired.");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void a_stream_ends_with_its_session_and_a_notice() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);
        try (SseReader stream = open(null).awaitLive()) {
            server.sessions.on(owner -> {
                Delivery deleted = new Delivery.Notice("s1", owner.number, Delivery.Notice.SESSION_DELETED, null);
                owner.toGateways("s1", deleted, false);
                return null;
            });

            assertThat(stream.await("notice").data().getString("kind")).isEqualTo("session.deleted");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void it_ends_when_its_session_cannot_be_attached_again() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);
        try (SseReader stream = open(null).awaitLive()) {
            server.sessions.on(owner -> {
                server.sessions.logs.remove("s1");
                owner.drop("s1");
                return null;
            });

            assertThat(stream.await("error").data().getString("code")).isEqualTo("not_found");
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void another_epoch_brings_its_snapshot_without_asking() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);
        try (SseReader stream = open(null).awaitLive()) {
            server.sessions.on(owner -> {
                server.sessions.logs.get("s1").epoch = "e1";
                owner.drop("s1");
                return null;
            });

            assertThat(stream.await("attached").data().getString("mode")).isEqualTo("reset");
            stream.await("live");
            assertThat(stream.lastId).isEqualTo("e1:3");
        }
    }

    @Test
    void a_stopping_server_says_when_to_come_back_and_ends_it() {
        server = new GatewayFixture();
        server.sessions.put("s1", "me", 3);
        try (SseReader stream = open(null).awaitLive()) {
            GatewayFixture.await(server.vertx.undeploy(server.deployment));

            JsonObject goaway = stream.await("goaway").data();
            assertThat(goaway.getLong("afterMs")).isBetween(0L, 3_000L);
            assertThat(stream.retryMs).isEqualTo(500 + goaway.getLong("afterMs"));
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void a_reader_that_pauses_gets_everything_merged() {
        server = new GatewayFixture(
                "server.outboxBytesMax", "16384", "server.sendBufferBytes", "16384", "server.stallMs", "600000");
        server.sessions.put("s1", "me", 1);
        server.sessions.logs.get("s1").padding = "x".repeat(4_000);
        try (SseReader slow = SseReader.open(server.port, server.token("me"), "s1", "e0:0", 4_096)
                        .awaitLive();
                SseReader quick = open("e0:0").awaitLive()) {
            for (int i = 0; i < 300; i++) {
                server.sessions.append("s1", 1);
                quick.awaitCursor(2 + i);
            }
            slow.awaitCursor(301);

            assertThat(slow.events.size()).isLessThan(quick.events.size());
        }
    }

    @Test
    void a_reader_that_pauses_for_too_long_is_disconnected_and_others_continue() {
        server = new GatewayFixture(
                "server.outboxBytesMax", "16384", "server.sendBufferBytes", "16384", "server.stallMs", "300");
        server.sessions.put("s1", "me", 1);
        server.sessions.logs.get("s1").padding = "x".repeat(4_000);
        try (SseReader stuck = SseReader.open(server.port, server.token("me"), "s1", "e0:0", 4_096)
                        .awaitLive();
                SseReader other = open("e0:0").awaitLive()) {
            for (int i = 0; i < 300; i++) {
                server.sessions.append("s1", 1);
                other.awaitCursor(2 + i);
            }
            await().until(() -> held() == 1);
            server.sessions.append("s1", 1);
            other.awaitCursor(302);

            long had = lastBeforeTheBreak(stuck);
            assertThat(had).isLessThan(301);
            try (SseReader again = stuck.again(server.port, server.token("me"), "s1")) {
                again.awaitCursor(302);
            }
        }
    }

    /**
     * Symptom: a stream whose client had disconnected while its token was verified was kept until the token ended, and
     * counted for
     * its user and address. Cause: the close of its response came before there was a listener for it, and a failed
     * write was
     * taken for a successful one.
     */
    @Test
    void a_client_that_disconnects_while_its_token_is_verified_leaves_nothing_behind() {
        try (IdentityProvider provider = new IdentityProvider()) {
            provider.mood(IdentityProvider.Mood.LATE);
            server = new GatewayFixture(
                    "auth.mode",
                    "jwt",
                    "auth.jwksUrl",
                    provider.url(),
                    "auth.jwksTimeoutMs",
                    "60000",
                    "auth.rolesClaim",
                    "realm_access.roles");
            server.sessions.put("s1", "me", 3);
            String request = "GET /api/v1/sessions/%s HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                    + provider.token("me", "user") + "\r\n\r\n";
            try (RawClient raw = new RawClient(server.port, 0)) {
                raw.write(request.formatted("s1/events"));
                await().until(() -> server.intake.httpConnections() == 1);
            }
            await().until(() -> server.intake.httpConnections() == 0);

            provider.release();

            try (RawClient raw = new RawClient(server.port, 0)) {
                raw.write(request.formatted("none"));
                assertThat(raw.answer(false)).startsWith("HTTP/1.1 404 ");
            }
            assertThat(held()).isZero();
        }
    }

    private static long lastBeforeTheBreak(SseReader stuck) {
        try {
            while (stuck.next() != null) {
                // to the end
            }
        } catch (UncheckedIOException broken) {
            assertThat(broken.getCause()).isInstanceOf(IOException.class);
        }
        return stuck.cursor;
    }

    /** What is open at the gateway. */
    private int held() {
        return GatewayFixture.await(server.vertx
                        .eventBus()
                        .<NodeMessage.Held>request(Addresses.gatewayControl("n1", 0), new NodeMessage.WhatIsHeld()))
                .body()
                .sockets();
    }

    private String bearer() {
        return "Authorization: Bearer " + server.token("me") + "\r\n";
    }

    private HttpRequest.Builder request(String session, Map<String, String> headers) {
        String[] parts = session.split("\\?", 2);
        String query = parts.length == 1 ? "" : "?" + parts[1];
        String path = "/api/v1/sessions/" + parts[0] + "/events" + query;
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port + path));
        if (!headers.containsKey("Authorization")) request.header("Authorization", "Bearer " + server.token("me"));
        headers.forEach(request::header);
        return request;
    }

    private HttpResponse<String> get(String session, Map<String, String> headers) {
        return send(request(session, headers));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return ContractCheck.checked(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo(code);
    }
}
