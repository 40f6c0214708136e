package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogOracle;
import io.reprise.testing.Seed;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Transcript;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Cleared sessions, as their readers and the database see them. */
class ClearIT {
    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(DATABASE, Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void attached_readers_receive_an_empty_snapshot_and_the_log_continues_after_it() {
        try (TestClient tab = server.client("ada");
                TestClient other = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            other.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo secret").getString("run"));
            long head = StoredLog.of(DATABASE, session).head();

            assertThat(clear(server, session, null).statusCode()).isEqualTo(202);

            for (TestClient each : List.of(tab, other)) {
                JsonObject attached = each.await(
                        "a reset", f -> session.equals(f.getString("session")) && "reset".equals(f.getString("mode")));
                assertThat(attached.containsKey("id")).isFalse();
                assertThat(attached.getString("reason")).isEqualTo("epoch");
                assertThat(attached.getLong("floor")).isEqualTo(head + 1);
                assertThat(attached.containsKey("lastRun")).isFalse();
                each.awaitThat("live", () -> each.view(session).live);
                assertThat(each.view(session).messages).isEmpty();
                assertThat(each.view(session).cursor).isEqualTo(head);
            }
            StoredLog empty = StoredLog.of(DATABASE, session);
            assertThat(empty.rows()).isEmpty();
            assertThat(empty.runs()).isEmpty();
            assertThat(summary(server, session).containsKey("preview")).isFalse();

            tab.awaitEnd(session, tab.send(session, "/echo anew").getString("run"));
            assertShown(tab, session, head, "/echo anew", "anew");
            other.awaitThat("the end", () -> other.view(session).cursor == tab.view(session).cursor);
            assertShown(other, session, head, "/echo anew", "anew");
            assertThat(summary(server, session).getString("preview")).isEqualTo("/echo anew");
        }
    }

    @Test
    void a_run_is_stopped_and_queued_messages_are_dropped_and_a_repeat_does_nothing() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            tab.send(session, "/stream 1000000 0");
            tab.send(session, "/echo waits");
            tab.awaitThat("text", () -> !tab.text(session, null).isEmpty());
            String key = UUID.randomUUID().toString();

            assertThat(clear(server, session, key).statusCode()).isEqualTo(202);
            tab.await("a reset", f -> session.equals(f.getString("session")) && "reset".equals(f.getString("mode")));
            tab.awaitThat("live", () -> tab.view(session).live);
            tab.awaitEnd(session, tab.send(session, "/echo anew").getString("run"));
            HttpResponse<String> again = clear(server, session, key);

            assertThat(new JsonObject(again.body()).getBoolean("duplicate")).isTrue();
            assertThat(Transcript.of(tab, session).values()).containsExactly("/echo anew", "anew");
        }
    }

    @Test
    void clearing_another_users_session_is_refused() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            String path = "/api/v1/sessions/" + session + "/clear";

            assertThat(server.call("POST", path, server.token("mallory"), "{}").statusCode())
                    .isEqualTo(404);
        }
    }

    @Test
    void after_a_restart_a_cleared_session_is_still_empty_and_the_numbers_continue() {
        DatabaseUri database = TestDatabase.fresh();
        String session;
        String epoch;
        long head;
        try (TestServer own = TestServer.start(database, Map.of());
                TestClient tab = own.client("ada")) {
            session = tab.create();
            tab.attachLive(session);
            tab.awaitEnd(session, tab.send(session, "/echo secret").getString("run"));
            assertThat(clear(own, session, null).statusCode()).isEqualTo(202);
            epoch = StoredLog.of(database, session).epoch();
            head = StoredLog.of(database, session).head();
        }

        try (TestServer own = TestServer.start(database, Map.of());
                TestClient tab = own.client("ada")) {
            tab.place(session, epoch, head);
            assertThat(tab.attachLive(session).getString("mode")).isEqualTo("replay");
            tab.awaitEnd(session, tab.send(session, "/echo anew").getString("run"));
            LogOracle.of(database, session, head).assertIs(tab.events(session), head, tab.view(session).cursor);
            try (TestClient fresh = own.client("ada")) {
                fresh.attachLive(session);
                assertThat(Transcript.of(fresh, session).values()).containsExactly("/echo anew", "anew");
                String path = "/api/v1/sessions/" + session + "/messages";
                JsonObject page = new JsonObject(
                        own.call("GET", path, own.token("ada"), null).body());
                assertThat(page.getBoolean("earlier")).isFalse();
            }
        }
    }

    @Test
    void after_a_clear_at_any_moment_all_views_agree() {
        Random random = Seed.random("ClearIT");
        List<String> texts = List.of("/hang", "/stream 1000000 0", "/echo quick", "/steps 10");
        try (TestClient tab = server.client("ada");
                TestClient other = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            other.attachLive(session);
            for (int round = 0; round < 40; round++) {
                String text = texts.get(random.nextInt(texts.size()));
                List<String> ways = List.of("queue", "steer", "interrupt", "rollback");
                tab.say(new JsonObject()
                        .put("type", "send")
                        .put("id", UUID.randomUUID().toString())
                        .put("session", session)
                        .put("text", text)
                        .put("onBusy", ways.get(random.nextInt(4))));
                if (random.nextInt(3) == 0)
                    assertThat(clear(server, session, null).statusCode()).isEqualTo(202);
                if (random.nextInt(4) == 0) other.attachLive(session);
            }
            tab.ask("stop", new JsonObject().put("session", session).put("scope", "all"));
            await().atMost(TestServer.PATIENCE)
                    .until(() ->
                            StoredLog.of(DATABASE, session).runs().stream().allMatch(run -> run.outcome() != null));
            StoredLog log = StoredLog.of(DATABASE, session);
            try (TestClient fresh = server.client("ada")) {
                fresh.attachLive(session);
                for (TestClient each : List.of(tab, other)) {
                    each.awaitThat(
                            "the end",
                            () -> log.epoch().equals(each.view(session).epoch)
                                    && each.view(session).cursor == log.head());
                    assertThat(Transcript.of(each, session)).containsExactlyEntriesOf(Transcript.of(fresh, session));
                }
            }
        }
    }

    // --- small helpers

    private static HttpResponse<String> clear(TestServer at, String session, String key) {
        Map<String, String> headers = key == null ? Map.of() : Map.of("Idempotency-Key", key);
        return at.call("POST", "/api/v1/sessions/" + session + "/clear", at.token("ada"), "{}", headers);
    }

    private static JsonObject summary(TestServer at, String session) {
        return new JsonObject(at.call("GET", "/api/v1/sessions/" + session, at.token("ada"), null)
                .body());
    }

    private static void assertShown(TestClient tab, String session, long clearedTo, String... texts) {
        assertThat(Transcript.of(tab, session).values()).containsExactly(texts);
        LogOracle.of(DATABASE, session, clearedTo).assertIs(tab.events(session), clearedTo, tab.view(session).cursor);
    }
}
