package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What all sockets of a user receive, whichever sessions they read. Without notices, a list of sessions was up to date
 * only because it was
 * read again every three seconds.
 */
class NoticesIT {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                Map.of("interrupts.tools", "sleep", "gateway.noticeMs", "20", "sessions.titles", "text"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_socket_without_attached_sessions_receives_notices_of_its_users_sessions() {
        try (TestClient ada = server.client("ada");
                TestClient other = server.client("ada");
                TestClient bob = server.client("bob")) {
            String session = ada.create();
            other.await("a new session", frame -> isNotice(frame, "session.changed", session));
            int from = other.frameCount();

            ada.attachLive(session);
            ada.awaitEnd(session, ada.send(session, "/echo hi").getString("run"));

            JsonObject changed = other.await("a run", from, frame -> isNotice(frame, "session.changed", session));
            assertThat(changed.containsKey("seq")).isFalse();
            other.await("its end", from, frame -> isNotice(frame, "run.ended", session));
            other.await(
                    "the beginning of the first message",
                    from,
                    frame -> isNotice(frame, "session.changed", session)
                            && "/echo hi".equals(frame.getJsonObject("data").getString("preview")));
            other.await(
                    "the title that was made",
                    from,
                    frame -> isNotice(frame, "session.changed", session)
                            && frame.getJsonObject("data").getString("title") != null);
            from = other.frameCount();
            assertThat(server.call("DELETE", "/api/v1/sessions/" + session, server.token("ada"), null)
                            .statusCode())
                    .isEqualTo(204);
            other.await("that it is gone", from, frame -> isNotice(frame, "session.changed", session));

            assertThat(bob.ask("ping", new JsonObject()).getString("type")).isEqualTo("pong");
            assertThat(bob.frames()).noneMatch(frame -> "notice".equals(frame.getString("type")));
        }
    }

    @Test
    void notices_distinguish_a_waiting_call_from_a_due_recall() {
        try (TestClient ada = server.client("eve");
                TestClient other = server.client("eve")) {
            String session = ada.create();
            ada.attachLive(session);
            ada.awaitEnd(session, ada.send(session, "/tool sleep {\"ms\":1}").getString("run"));
            other.await("a call waits", frame -> isNotice(frame, "interrupt.opened", session));
            assertThat(other.frames()).noneMatch(frame -> isNotice(frame, "run.ended", session));

            String later = ada.create();
            String recall = "{\"text\":\"/echo later\",\"schedule\":{\"kind\":\"delay\",\"afterMs\":1}}";
            assertThat(server.call("POST", "/api/v1/sessions/" + later + "/recalls", server.token("eve"), recall)
                            .statusCode())
                    .isEqualTo(201);

            other.await("a recall fires", frame -> isNotice(frame, "recall.fired", later));
            other.await("and has spoken", frame -> isNotice(frame, "run.ended", later));
        }
    }

    @Test
    void welcome_lists_the_optional_features_of_the_server() {
        try (TestClient ada = server.client("ada")) {
            JsonObject welcome = ada.await("welcome", frame -> "welcome".equals(frame.getString("type")));

            assertThat(welcome.getJsonArray("features")).isEmpty();
        }
    }

    private static boolean isNotice(JsonObject frame, String kind, String session) {
        return "notice".equals(frame.getString("type"))
                && kind.equals(frame.getString("kind"))
                && session.equals(frame.getJsonObject("data").getString("session"));
    }
}
