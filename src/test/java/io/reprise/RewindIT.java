package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Gate;
import io.reprise.testing.LogOracle;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Transcript;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Messages that interrupt or roll back a run, and regenerated messages, over the wire. */
class RewindIT {
    private static final String STUBBORN = "/tool sleep {\"seconds\": 60, \"ignoreInterrupts\": true}";
    private static final int ROUNDS = Rounds.of(40, 120);

    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static final Gate GATE = new Gate();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                DATABASE, Map.of("run.stopGraceMs", "200", "sessions.snapshotMessages", "6"), List.of(GATE));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void an_interrupting_message_keeps_the_partial_answer_and_is_first_in_the_queue() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String run = tab.send(session, "/stream 1000000 100").getString("run");
            tab.awaitThat("text", () -> tab.text(session, run).length() > 10);
            tab.send(session, "/echo later");

            JsonObject result = send(tab, session, "/echo now", "interrupt");

            assertThat(result.getString("status")).isEqualTo("queued");
            JsonObject end = tab.awaitEnd(session, run);
            assertThat(event(end).getJsonObject("outcome").getString("type")).isEqualTo("cancelled");
            awaitRuns(tab, session, 3);
            List<String> contents = contents(history(session));
            assertThat(contents).hasSize(6).startsWith("/stream 1000000 100");
            assertThat(contents.subList(2, 6)).containsExactly("/echo now", "now", "/echo later", "later");
            assertSame(tab, session);
        }
    }

    @Test
    void after_a_rollback_no_view_contains_the_run_or_its_message() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            tab.awaitEnd(session, tab.send(session, "/echo before").getString("run"));
            String run = tab.send(session, "/tool sleep {\"seconds\": 60}").getString("run");
            awaitType(tab, session, "TOOL_CALL_END");

            send(tab, session, "/echo instead", "rollback");

            awaitRuns(tab, session, 3);
            assertThat(contents(history(session)))
                    .containsExactly("/echo before", "before", "/echo instead", "instead");
            JsonObject rewound = rewinds(tab, session).getLast();
            assertThat(rewound.getLong("toSeq"))
                    .isEqualTo(StoredLog.of(DATABASE, session).run(run).firstSeq() - 1);
            assertSame(tab, session);
        }
    }

    @Test
    void an_older_message_is_asked_again_with_another_text() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            for (String text : List.of("/echo one", "/echo two", "/echo three")) {
                tab.awaitEnd(session, tab.send(session, text).getString("run"));
            }
            String two = history(session).getJsonObject(2).getString("id");

            JsonObject result = tab.ask(
                    "regenerate",
                    new JsonObject().put("session", session).put("message", two).put("text", "/echo 2"));

            assertThat(result.getString("status")).isEqualTo("started");
            tab.awaitEnd(session, result.getString("run"));
            assertThat(contents(history(session))).containsExactly("/echo one", "one", "/echo 2", "2");
            assertSame(tab, session);
        }
    }

    @Test
    void the_last_message_is_asked_again_over_rest_once_for_each_key() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            tab.awaitEnd(session, tab.send(session, "/echo one").getString("run"));
            Map<String, String> key =
                    Map.of("Idempotency-Key", UUID.randomUUID().toString());
            String path = "/api/v1/sessions/" + session;

            HttpResponse<String> first = server.call("POST", path + "/regenerate", token(), "{}", key);
            String run = new JsonObject(first.body()).getString("run");
            tab.awaitEnd(session, run);
            HttpResponse<String> again = server.call("POST", path + "/regenerate", token(), "{}", key);
            HttpResponse<String> unknown =
                    server.call("POST", path + "/regenerate", token(), "{\"message\":\"m_none\"}");

            assertThat(first.statusCode()).isEqualTo(202);
            assertThat(new JsonObject(again.body()).getBoolean("duplicate")).isTrue();
            assertThat(new JsonObject(again.body()).getString("run")).isEqualTo(run);
            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(contents(history(session))).containsExactly("/echo one", "one");
            assertThat(StoredLog.of(DATABASE, session).assertWhole().runs()).hasSize(2);
        }
    }

    @Test
    void a_changed_first_message_becomes_the_preview() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            tab.awaitEnd(session, tab.send(session, "/echo wrong").getString("run"));

            JsonObject again = new JsonObject().put("session", session).put("text", "/echo right");
            tab.awaitEnd(session, tab.ask("regenerate", again).getString("run"));

            String body = server.call("GET", "/api/v1/sessions/" + session, token(), null)
                    .body();
            assertThat(new JsonObject(body).getString("preview")).isEqualTo("/echo right");
        }
    }

    @Test
    void a_rollback_survives_an_immediate_restart() {
        DatabaseUri database = TestDatabase.fresh();
        String session;
        try (TestServer own = TestServer.start(database, Map.of("run.stopGraceMs", "5000"));
                TestClient tab = own.client("ada")) {
            session = attached(tab);
            tab.awaitEnd(session, tab.send(session, "/echo before").getString("run"));
            tab.send(session, STUBBORN);
            awaitType(tab, session, "TOOL_CALL_END");
            assertThat(send(tab, session, "/echo instead", "rollback").getString("status"))
                    .isEqualTo("queued");
        }

        try (TestServer own = TestServer.start(database, Map.of());
                TestClient tab = own.client("ada")) {
            await().atMost(TestServer.PATIENCE)
                    .until(() -> StoredLog.of(database, session).runs().size() == 3
                            && StoredLog.of(database, session).runs().getLast().outcome() != null);
            StoredLog.of(database, session).assertWhole();
            tab.attachLive(session);
            assertThat(Transcript.of(tab, session).values())
                    .startsWith("/echo before", "before", "/echo instead") // Its own run the restart may have ended.
                    .noneMatch(text -> text.contains("sleep"));
        }
    }

    @Test
    void a_steered_message_reaches_the_active_run_and_a_late_one_the_next_run() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String run = tab.send(session, Gate.CALL).getString("run");
            awaitType(tab, session, "TOOL_CALL_END");
            tab.send(session, "/echo queued");

            JsonObject steered = send(tab, session, "/echo left", "steer");
            GATE.open(session);

            assertThat(steered.getString("status")).isEqualTo("steered");
            tab.awaitEnd(session, run);
            assertThat(tab.text(session, run)).isEqualTo("left");
            awaitRuns(tab, session, 2);
            // Too late: the model is writing its last answer, and does not ask again.
            String last = tab.send(session, "/stream 1000000 100").getString("run");
            tab.awaitThat("text", () -> !tab.text(session, last).isEmpty());
            assertThat(send(tab, session, "/echo late", "steer").getString("status"))
                    .isEqualTo("steered");
            tab.ask("stop", new JsonObject().put("session", session).put("run", last));
            awaitRuns(tab, session, 4);
            List<String> contents = contents(history(session));
            assertThat(contents.subList(contents.size() - 2, contents.size())).containsExactly("/echo late", "late");
            assertSame(tab, session);
            LogOracle log = LogOracle.of(DATABASE, session);
            log.runs().forEach(log::assertEndsWell);
        }
    }

    @Test
    void a_message_that_steered_a_run_can_be_asked_again() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String run = tab.send(session, Gate.CALL).getString("run");
            awaitType(tab, session, "TOOL_CALL_END");
            String message = send(tab, session, "/echo left", "steer").getString("message");
            GATE.open(session);
            tab.awaitEnd(session, run);

            JsonObject again = new JsonObject().put("session", session).put("message", message);
            JsonObject result = tab.ask("regenerate", again.put("text", "/echo right"));
            tab.awaitEnd(session, result.getString("run"));

            List<String> contents = contents(history(session));
            assertThat(contents).hasSize(5).startsWith(Gate.CALL).endsWith("/echo right", "right");
            assertSame(tab, session);
        }
    }

    // --- races

    @Test
    void after_random_commands_during_runs_all_views_agree() {
        Random random = Seed.random("RewindIT");
        List<String> texts =
                List.of("/hang", "/stream 1000000 0", "/echo quick", STUBBORN, "/steps 20", "/steps 3", "/think 50");
        try (TestClient tab = server.client("ada");
                TestClient other = server.client("ada")) {
            String session = null;
            for (int round = 0; round < ROUNDS; round++) {
                if (round % 20 == 0) {
                    if (session != null) assertAllSame(tab, other, session);
                    session = attached(tab);
                    other.attachLive(session);
                }
                TestClient asker = random.nextBoolean() ? tab : other;
                String text = texts.get(random.nextInt(texts.size()));
                List<String> ids = new ArrayList<>();
                for (int i = 1 + random.nextInt(3); i > 0; i--) ids.add(act(asker, session, text, random));
                for (String id : ids) asker.await("an answer", f -> id.equals(f.getString("id")));
            }
            assertAllSame(tab, other, session);
        }
    }

    /** Sends a message without waiting for the answer; returns its id. */
    private static String act(TestClient tab, String session, String text, Random random) {
        String id = UUID.randomUUID().toString();
        JsonObject frame = new JsonObject().put("id", id).put("session", session);
        switch (random.nextInt(5)) {
            case 0 -> frame.put("type", "stop");
            case 1 -> frame.put("type", "regenerate").put("text", random.nextBoolean() ? text : null);
            default -> {
                List<String> ways = List.of("queue", "reject", "steer", "interrupt", "rollback");
                frame.put("type", "send").put("text", text).put("onBusy", ways.get(random.nextInt(5)));
            }
        }
        tab.say(frame);
        return id;
    }

    /** Ends all; then the log is complete, and both tabs, a new one and history show the same. */
    private static void assertAllSame(TestClient tab, TestClient other, String session) {
        tab.ask("stop", new JsonObject().put("session", session).put("scope", "all"));
        await().atMost(TestServer.PATIENCE)
                .until(() -> StoredLog.of(DATABASE, session).runs().stream().allMatch(run -> run.outcome() != null));
        StoredLog log = StoredLog.of(DATABASE, session).assertWhole();
        LogOracle oracle = LogOracle.of(DATABASE, session);
        oracle.runs().forEach(oracle::assertEndsWell);
        for (TestClient each : List.of(tab, other)) {
            each.awaitThat("the end", () -> each.view(session).cursor == log.head());
            oracle.assertIs(each.events(session), 0, log.head());
            assertSame(each, session);
        }
    }

    // --- small helpers

    private static String attached(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        return session;
    }

    private static JsonObject send(TestClient tab, String session, String text, String onBusy) {
        return tab.ask(
                "send",
                new JsonObject().put("session", session).put("text", text).put("onBusy", onBusy));
    }

    private static void awaitType(TestClient tab, String session, String type) {
        tab.awaitThat(type, () -> tab.events(session).stream().anyMatch(e -> type(e).equals(type)));
    }

    private static void awaitRuns(TestClient tab, String session, int count) {
        tab.awaitThat(
                count + " ends",
                () -> tab.events(session).stream()
                                .filter(e -> type(e).equals("RUN_FINISHED") || type(e).equals("RUN_ERROR"))
                                .count()
                        == count);
    }

    private static List<JsonObject> rewinds(TestClient tab, String session) {
        return tab.events(session).stream()
                .map(TestClient::event)
                .filter(e -> "history.rewound".equals(e.getString("name")))
                .map(e -> e.getJsonObject("value"))
                .toList();
    }

    /** The tab shows the same as history and the snapshot of a new tab. */
    private static void assertSame(TestClient tab, String session) {
        JsonArray history = history(session);
        assertThat(Transcript.of(tab, session)).containsExactlyEntriesOf(Transcript.of(history));
        try (TestClient fresh = server.client("ada")) {
            fresh.attachLive(session);
            JsonArray newest = fresh.view(session).messages;
            int from = history.size() - newest.size();
            assertThat(from).isEqualTo(Math.max(0, history.size() - 6));
            assertThat(newest).isEqualTo(new JsonArray(history.getList().subList(from, history.size())));
        }
    }

    /** All pages, because long answers make a page end before its number of messages. */
    private static JsonArray history(String session) {
        JsonArray all = new JsonArray();
        String before = "";
        while (true) {
            String path = "/api/v1/sessions/" + session + "/messages?limit=200" + before;
            JsonObject page =
                    new JsonObject(server.call("GET", path, token(), null).body());
            JsonArray messages = page.getJsonArray("messages");
            all = messages.copy().addAll(all);
            if (!page.getBoolean("earlier")) return all;
            before = "&before="
                    + messages.getJsonObject(0).getJsonObject("metadata").getLong("seq");
        }
    }

    private static List<String> contents(JsonArray messages) {
        return messages.stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }

    private static String token() {
        return server.token("ada");
    }
}
