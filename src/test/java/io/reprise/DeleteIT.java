package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.EveryStore;
import io.reprise.testing.LogLines;
import io.reprise.testing.Seed;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A deleted session is removed from every table, in every tab, and with its run. */
class DeleteIT {
    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static TestServer server;
    private static String token;

    @BeforeAll
    static void start() {
        server = TestServer.start(DATABASE, Map.of("log.flushMs", "1"));
        token = server.token("ada");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void an_idle_session_is_erased_and_every_tab_is_notified() {
        try (TestClient one = server.client("ada");
                TestClient two = server.client("ada");
                TestClient reader = server.client("ada")) {
            JsonObject create = new JsonObject();
            String session = one.ask("create", "the create of it", create).getString("session");
            List.of(one, two, reader).forEach(tab -> tab.attachLive(session));
            one.awaitEnd(session, one.send(session, "/echo secret").getString("run"));
            String other = one.create();
            one.attachLive(other);
            one.awaitEnd(other, one.send(other, "/echo kept").getString("run"));

            assertThat(delete(session)).isEqualTo(204);

            List.of(one, two, reader).forEach(tab -> assertTold(tab, session));
            assertNothingLeft(session);
            assertGone(one, session);
            assertThat(delete(session)).isEqualTo(404);
            // A late repeat of the command that made it does not make it again.
            JsonObject again = two.ask("create", "the create of it", create);
            assertThat(again.getString("code")).isEqualTo("not_found");
            assertGone(two, session);
            // and the other session is unaffected
            assertThat(two.attachLive(other).getString("mode")).isEqualTo("snapshot");
            assertThat(two.view(other).messages).hasSize(2);
        }
    }

    @Test
    void a_session_that_runs_and_has_a_queue_is_erased_and_its_agent_stopped() {
        try (LogLines runs = LogLines.of("io.reprise.agent.run.AgentRun");
                TestClient tab = server.client("ada")) {
            for (String text : List.of("/hang", "/tool sleep {\"seconds\": 60}", "/stream 1000000 100")) {
                String session = tab.create();
                tab.attachLive(session);
                String run = tab.send(session, text).getString("run");
                tab.send(session, "/echo waiting");
                tab.awaitThat("the agent at work", () -> tab.view(session).cursor > 5);

                assertThat(delete(session)).isEqualTo(204);

                assertTold(tab, session);
                await().atMost(TestServer.PATIENCE)
                        .until(() -> runs.with(run).stream().anyMatch(DeleteIT::isEnd));
                assertNothingLeft(session);
                assertGone(tab, session);
            }
        }
    }

    /**
     * Symptom: rows of the log and claims remained forever when a session was deleted during an append of it.
     * Cause: the delete waited for the append's lock on the session, and then erased the rows that its
     * statement had seen before it waited.
     */
    @Test
    void a_delete_during_appends_of_a_run_leaves_nothing() {
        Random random = Seed.random("DeleteIT");
        try (TestClient tab = server.client("ada")) {
            for (int round = 0; round < 60; round++) {
                String session = tab.create();
                tab.attachLive(session);
                tab.send(session, "/stream 1000000 0");
                long seen = 5 + random.nextInt(40);
                tab.awaitThat("some of it", () -> tab.view(session).cursor >= seen);

                assertThat(delete(session)).isEqualTo(204);

                assertTold(tab, session);
                assertNothingLeft(session);
            }
        }
    }

    // --- small helpers

    /** A session that is gone does not know its run any more: that may reach the agent before the run has ended. */
    private static boolean isEnd(String line) {
        return line.startsWith("run ended") && line.contains("cancelled") || line.startsWith("run disowned");
    }

    private static int delete(String session) {
        return server.call("DELETE", "/api/v1/sessions/" + session, token, null).statusCode();
    }

    private static void assertTold(TestClient tab, String session) {
        JsonObject notice = tab.await(
                "notice",
                frame -> frame.getString("type").equals("notice") && session.equals(frame.getString("session")));
        assertThat(notice.getString("kind")).isEqualTo("session.deleted");
        assertThat(notice.getJsonObject("data").getString("session")).isEqualTo(session);
        // and nothing of the session follows
        tab.ask("ping", new JsonObject());
        List<JsonObject> frames = tab.frames();
        assertThat(frames.subList(frames.indexOf(notice) + 1, frames.size()))
                .noneMatch(
                        frame -> frame.getString("type").equals("event") && session.equals(frame.getString("session")));
    }

    private static void assertGone(TestClient tab, String session) {
        JsonObject its = new JsonObject().put("session", session);
        assertThat(tab.attach(session).getString("code")).isEqualTo("not_found");
        assertThat(tab.ask("send", its.copy().put("text", "x")).getString("code"))
                .isEqualTo("not_found");
        assertThat(tab.ask("stop", its).getString("code")).isEqualTo("not_found");
        String path = "/api/v1/sessions/" + session;
        assertThat(server.call("GET", path, token, null).statusCode()).isEqualTo(404);
        assertThat(server.call("GET", path + "/messages", token, null).statusCode())
                .isEqualTo(404);
        assertThat(server.call("GET", "/api/v1/sessions", token, null).body()).doesNotContain(session);
    }

    /** Every table, and all that could have a copy. */
    private static void assertNothingLeft(String session) {
        try (EveryStore store = EveryStore.ofDatabase(DATABASE)) {
            store.assertOnlyAuditKnows(session);
        }
    }
}
