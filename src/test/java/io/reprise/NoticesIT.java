package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
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
    void an_answer_is_unread_on_all_sockets_of_its_user_until_one_of_them_has_read_it() {
        try (TestClient one = server.client("ida");
                TestClient other = server.client("ida")) {
            String session = one.create();
            one.attachLive(session);
            one.awaitEnd(session, one.send(session, "/echo hi").getString("run"));
            JsonObject ended = other.await("its end", frame -> isNotice(frame, "run.ended", session));
            assertThat(ended.getJsonObject("data").getInteger("unread")).isEqualTo(1);
            assertThat(ended.getJsonObject("data").getBoolean("muted")).isFalse();
            JsonObject listed = listed("ida");
            assertThat(listed.getInteger("unread")).isEqualTo(1);

            String all = "{\"seq\":9007199254740991}";
            HttpResponse<String> read =
                    server.call("PUT", "/api/v1/sessions/" + session + "/read", server.token("ida"), all);

            assertThat(read.statusCode()).isEqualTo(200);
            assertThat(new JsonObject(read.body()).getInteger("unread")).isZero();
            assertThat(new JsonObject(read.body()).getLong("seq"))
                    .isGreaterThan(3)
                    .isLessThan(100);
            JsonObject told = other.await("that it was read", frame -> isNotice(frame, "session.read", session));
            assertThat(told.getJsonObject("data").getInteger("unread")).isZero();
            JsonObject after = listed("ida");
            assertThat(after.getInteger("unread")).isZero();
            assertThat(after.getString("updatedAt")).isEqualTo(listed.getString("updatedAt"));
            assertThat(server.call("PUT", "/api/v1/sessions/" + session + "/read", server.token("bob"), all)
                            .statusCode())
                    .isEqualTo(404);
            assertThat(server.call("PUT", "/api/v1/sessions/" + session + "/read", server.token("ida"), "{}")
                            .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void a_muted_session_says_so_in_its_notices() {
        try (TestClient ada = server.client("eda")) {
            String session = ada.create();
            String path = "/api/v1/sessions/" + session;
            HttpResponse<String> muted = server.call("PATCH", path, server.token("eda"), "{\"muted\":true}");
            assertThat(new JsonObject(muted.body()).getBoolean("muted")).isTrue();
            assertThat(listed("eda").getBoolean("muted")).isTrue();

            ada.attachLive(session);
            ada.awaitEnd(session, ada.send(session, "/echo hi").getString("run"));

            JsonObject ended = ada.await("its end", frame -> isNotice(frame, "run.ended", session));
            assertThat(ended.getJsonObject("data").getBoolean("muted")).isTrue();
        }
    }

    @Test
    void quiet_hours_are_kept_for_a_user_and_told_to_all_sockets() {
        try (TestClient ada = server.client("uma")) {
            ada.ask("ping", new JsonObject());
            String hours = "{\"quietHours\":{\"from\":\"22:00\",\"to\":\"07:00\",\"zone\":\"Europe/Berlin\"}}";

            HttpResponse<String> set = server.call("PATCH", "/api/v1/preferences", server.token("uma"), hours);

            assertThat(set.statusCode()).isEqualTo(200);
            ada.await("that they changed", frame -> "preferences.changed".equals(frame.getString("kind")));
            JsonObject kept = preferences("uma");
            assertThat(kept.getJsonObject("quietHours")).isEqualTo(new JsonObject(hours).getJsonObject("quietHours"));
            assertThat(preferences("zoe").getJsonObject("quietHours")).isNull();
            for (String wrong : List.of(
                    "{}",
                    "{\"quietHours\":{\"from\":\"22:00\",\"to\":\"22:00\",\"zone\":\"UTC\"}}",
                    "{\"quietHours\":{\"from\":\"24:00\",\"to\":\"07:00\",\"zone\":\"UTC\"}}",
                    "{\"quietHours\":{\"from\":\"22:00\",\"to\":\"07:00\",\"zone\":\"Nowhere\"}}")) {
                assertThat(server.call("PATCH", "/api/v1/preferences", server.token("uma"), wrong)
                                .statusCode())
                        .as(wrong)
                        .isEqualTo(400);
            }
            server.call("PATCH", "/api/v1/preferences", server.token("uma"), "{\"quietHours\":null}");
            assertThat(preferences("uma").getJsonObject("quietHours")).isNull();
        }
    }

    private static JsonObject preferences(String user) {
        return new JsonObject(server.call("GET", "/api/v1/preferences", server.token(user), null)
                .body());
    }

    private static JsonObject listed(String user) {
        HttpResponse<String> list = server.call("GET", "/api/v1/sessions", server.token(user), null);
        return new JsonObject(list.body()).getJsonArray("sessions").getJsonObject(0);
    }

    @Test
    void welcome_lists_the_optional_features_of_the_server() {
        try (TestClient ada = server.client("ada")) {
            JsonObject welcome = ada.await("welcome", frame -> "welcome".equals(frame.getString("type")));

            assertThat(welcome.getJsonArray("features"))
                    .containsExactly("agents", "agui", "models", "openai", "attachments", "memory", "feedback");
        }
    }

    private static boolean isNotice(JsonObject frame, String kind, String session) {
        return "notice".equals(frame.getString("type"))
                && kind.equals(frame.getString("kind"))
                && session.equals(frame.getJsonObject("data").getString("session"));
    }
}
