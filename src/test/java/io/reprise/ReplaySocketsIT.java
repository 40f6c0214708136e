package io.reprise;

import static io.reprise.testing.TestClient.type;
import static io.reprise.testing.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogOracle;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sockets and their subscriptions. */
class ReplaySocketsIT extends ReplayBench {
    @Test
    void attaching_again_on_one_socket_sends_again_from_the_new_cursor_also_in_mid_run() {
        TestServer server = SERVERS.with(eventPerDelta(20));
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            String epoch = tab.attachLive(session).getString("epoch");
            String run = tab.send(session, "/stream 150 75").getString("run");

            // When it attaches from the start repeatedly while the text streams
            for (long seen = 10; seen <= 140; seen += 10) {
                long cursor = seen;
                tab.awaitThat("event " + seen, () -> tab.view(session).cursor >= cursor);
                assertRecovered(tab.place(session, epoch, seen % 3).attach(session));
            }
            tab.awaitEnd(session, run);

            // Then the newest attach has sent the whole log once
            long head = tab.view(session).cursor;
            LogOracle.of(server.database(), session).assertIs(tab.events(session), 140 % 3, head);
        }
    }

    @Test
    void nothing_of_a_session_is_sent_after_a_detach() {
        TestServer server = SERVERS.with(eventPerDelta(500));
        try (TestClient tab = server.client("ada");
                TestClient watcher = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            watcher.attachLive(session);
            String run = tab.send(session, "/stream 100 100").getString("run");
            tab.awaitThat("some text", () -> tab.view(session).cursor > 20);

            JsonObject result = tab.ask("detach", new JsonObject().put("session", session));
            assertThat(result.getString("type")).isEqualTo("result");
            watcher.awaitEnd(session, run);
            tab.ask("ping", new JsonObject());

            List<JsonObject> frames = tab.frames();
            int detached = frames.indexOf(result);
            assertThat(frames.subList(detached + 1, frames.size()))
                    .noneMatch(frame -> session.equals(frame.getString("session")));
            // and attaching again continues where it was
            assertRecovered(tab.attachLive(session));
            assertThat(tab.text(session, run)).isEqualTo(words(100));
        }
    }

    @Test
    void other_tabs_never_change_what_the_first_receives() {
        TestServer server = SERVERS.with(eventPerDelta(20));
        try (TestClient first = server.client("ada")) {
            String session = first.create();
            String epoch = first.attachLive(session).getString("epoch");
            int before = first.frameCount();
            String run = first.send(session, "/stream 120 60").getString("run");

            // When others come and go, replay, fold, re-attach, detach and disconnect
            for (int i = 1; i <= 20; i++) {
                long seen = i * 5L;
                first.awaitThat("event " + seen, () -> first.view(session).cursor >= seen);
                TestClient other = server.client("ada");
                if (i % 3 > 0) other.place(session, epoch, i % 3 == 1 ? 0 : seen);
                other.attachLive(session);
                if (i % 2 == 0) other.ask("detach", new JsonObject().put("session", session));
                if (i % 5 == 0) other.attach(session);
                other.cut();
            }
            first.awaitEnd(session, run);

            // Then the first has had each event once, live and in order, and of its session no other frame but its
            // result;
            // notices go to all sockets of a user, whichever sessions they read
            LogOracle.of(server.database(), session).assertIs(first.events(session), 0, first.view(session).cursor);
            assertThat(first.frames().subList(before, first.frameCount()).stream()
                            .map(frame -> frame.getString("type"))
                            .filter(type -> !List.of("event", "notice", "beat").contains(type)))
                    .containsExactly("result");
        }
    }

    @Test
    void a_socket_can_name_its_session_in_the_address() {
        TestServer server = SERVERS.with(Map.of());
        try (TestClient tab = server.client("ada")) {
            String session = sessionWithTwoRuns(tab);

            try (TestClient named = open(server, "ada", session)) {
                named.awaitThat("live", () -> named.view(session).live);
                JsonObject verdict = frames(named, session, "attached").getFirst();
                assertThat(verdict.containsKey("id")).isFalse();
                assertThat(verdict.getString("mode")).isEqualTo("snapshot");
                assertThat(named.view(session).cursor).isEqualTo(tab.view(session).cursor);
            }
            for (String absent : List.of("s_nothing", "x".repeat(300))) {
                try (TestClient lost = open(server, "ada", absent)) {
                    JsonObject error =
                            lost.await("error", frame -> frame.getString("type").equals("error"));
                    assertThat(error.getString("code")).isEqualTo("not_found");
                    assertThat(error.getString("session")).isEqualTo(absent);
                    assertThat(error.containsKey("id")).isFalse();
                    assertThat(lost.ask("ping", new JsonObject()).getString("type"))
                            .isEqualTo("pong");
                }
            }
            try (TestClient stranger = open(server, "bob", session)) {
                JsonObject error =
                        stranger.await("error", frame -> frame.getString("type").equals("error"));
                assertThat(error.getString("code")).isEqualTo("not_found");
            }
        }
    }

    @Test
    void a_beat_names_the_last_seq_sent_to_the_socket() {
        try (TestServer server = TestServer.start(Map.of("server.beatMs", "100"));
                TestClient tab = server.client("ada")) {
            String session = sessionWithTwoRuns(tab);
            long cursor = tab.view(session).cursor;
            int from = tab.frameCount();

            JsonObject beat =
                    tab.await("beat", from, frame -> frame.getString("type").equals("beat"));

            assertThat(beat.getJsonObject("sent")).isEqualTo(new JsonObject().put(session, cursor));
        }
    }

    /**
     * Symptom: the first attach to a session, or the first command for one without readers, was answered after five
     * seconds or not at all, and the session was never evicted. Cause: a session that had just been loaded counted as
     * open before its first step, so the messages that had waited for it were never handled.
     */
    @Test
    void requests_that_wait_for_loading_are_answered_without_a_repeat() {
        DatabaseUri database = TestDatabase.fresh();
        Map<String, String> patient = Map.of("gateway.answerMs", "60000");
        String session;
        try (TestServer server = TestServer.start(database, patient);
                TestClient tab = server.client("ada")) {
            session = tab.create();
            assertThat(tab.attachLive(session).getString("mode")).isEqualTo("snapshot");
        }
        try (TestServer server = TestServer.start(database, patient);
                TestClient tab = server.client("ada")) {
            assertThat(tab.send(session, "/echo back").getString("status")).isEqualTo("started");
        }
    }
}
