package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static io.reprise.testing.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogOracle;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Commands have one effect each, however often they are sent; every tab sees the queue, which survives restarts of the
 * server.
 */
class CommandsIT {
    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(DATABASE, Map.of("sessions.queueMax", "3"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    // --- two tabs

    @Test
    void of_two_simultaneous_messages_one_starts_and_one_is_queued_and_both_run_in_order() {
        try (TestClient one = server.client("ada");
                TestClient two = server.client("ada")) {
            for (int round = 0; round < 20; round++) {
                String session = one.create();
                one.attachLive(session);
                two.attachLive(session);
                JsonObject fromOne = send(session, "/hang");
                JsonObject fromTwo = send(session, "/hang");

                // When
                one.say(fromOne);
                two.say(fromTwo);

                // Then
                List<JsonObject> results = List.of(answer(one, fromOne), answer(two, fromTwo));
                assertThat(results)
                        .extracting(result -> result.getString("status"))
                        .containsExactlyInAnyOrder("started", "queued");
                int first = results.get(0).getString("status").equals("started") ? 0 : 1;
                JsonObject stop = new JsonObject().put("session", session);
                assertStopped(one.ask("stop", stop), results.get(first).getString("run"));
                awaitEnds(one, session, 1);
                two.awaitThat("the second run", () -> userMessages(two, session).size() == 2);
                two.ask("stop", stop);
                for (TestClient tab : List.of(one, two)) {
                    awaitEnds(tab, session, 2);
                    assertThat(userMessages(tab, session))
                            .containsExactly(
                                    results.get(first).getString("message"),
                                    results.get(1 - first).getString("message"));
                }
            }
        }
    }

    @Test
    void changes_of_the_queue_are_seen_in_all_tabs() {
        try (TestClient one = server.client("ada");
                TestClient two = server.client("ada")) {
            String session = busySession(one);
            two.attachLive(session);
            String first = one.send(session, "/echo first").getString("message");
            String second = two.send(session, "/echo second").getString("message");

            // When one is given a new text and the other is removed
            assertDone(one.ask("requeue", message(session, second).put("text", "/echo changed")));
            assertDone(two.ask("unqueue", message(session, first)));

            // Then every tab has seen every step, and a new one sees the current state
            for (TestClient tab : List.of(one, two)) {
                tab.awaitThat("four changes", () -> queues(tab, session).size() == 4);
                assertThat(queues(tab, session))
                        .containsExactly(
                                List.of("/echo first"),
                                List.of("/echo first", "/echo second"),
                                List.of("/echo first", "/echo changed"),
                                List.of("/echo changed"));
            }
            try (TestClient three = server.client("ada")) {
                JsonArray queue = three.attachLive(session).getJsonArray("queue");
                assertThat(texts(queue)).containsExactly("/echo changed");
                assertThat(queue.getJsonObject(0).getString("message")).isEqualTo(second);
                assertThat(queue.getJsonObject(0).getString("onBusy")).isEqualTo("queue");
                assertThat(queue.getJsonObject(0).getString("by")).isEqualTo("ada");
                assertThat(queue.getJsonObject(0).getString("at")).isNotBlank();
            }
            // and a removed message cannot be changed
            assertError(one.ask("unqueue", message(session, first)), "not_found");
            assertError(one.ask("requeue", message(session, first).put("text", "x")), "not_found");

            // and finally the new text runs, with the queue empty again
            one.ask("stop", new JsonObject().put("session", session));
            awaitEnds(two, session, 2);
            assertThat(two.text(session, null)).endsWith("changed");
            assertThat(queues(two, session).getLast()).isEmpty();
        }
    }

    // --- busy

    @Test
    void a_full_queue_and_a_busy_session_refuse_without_a_claim() {
        try (TestClient tab = server.client("ada")) {
            String session = busySession(tab);
            JsonObject rejecting = send(session, "/echo now or never").put("onBusy", "reject");
            assertError(ask(tab, rejecting), "busy");
            for (int i = 0; i < 3; i++) tab.send(session, "/echo " + i);
            JsonObject tooMuch = send(session, "/echo too much");
            JsonObject full = ask(tab, tooMuch);
            assertError(full, "queue_full");
            assertThat(full.getBoolean("retryable")).isTrue();

            // When there is room again, the same ids work, because an error is not claimed
            tab.ask("stop", new JsonObject().put("session", session).put("scope", "queued"));
            assertThat(ask(tab, tooMuch).getString("status")).isEqualTo("queued");
            tab.ask("stop", new JsonObject().put("session", session).put("scope", "all"));
            awaitEnds(tab, session, 1);
            assertThat(ask(tab, rejecting).getString("status")).isEqualTo("started");
        }
    }

    // --- stop

    @Test
    void the_scope_of_a_stop_decides_whether_the_queue_is_emptied() {
        try (TestClient tab = server.client("ada")) {
            for (String scope : List.of("run", "queued", "all")) {
                String session = busySession(tab);
                String run = currentRun(tab, session);
                String waiting = tab.send(session, "/echo waited").getString("message");

                JsonObject result =
                        tab.ask("stop", new JsonObject().put("session", session).put("scope", scope));

                boolean theRun = !scope.equals("queued");
                boolean theQueue = !scope.equals("run");
                assertThat(result.getJsonArray("stopped")).isEqualTo(theRun ? JsonArray.of(run) : JsonArray.of());
                assertThat(result.getJsonArray("unqueued"))
                        .isEqualTo(theQueue ? JsonArray.of(waiting) : JsonArray.of());
                if (!theRun) {
                    tab.awaitThat("an empty queue", () -> queues(tab, session).size() == 2);
                    assertThat(queues(tab, session).getLast()).isEmpty();
                    tab.ask("stop", new JsonObject().put("session", session));
                }
                awaitEnds(tab, session, theQueue ? 1 : 2);
                assertThat(LogOracle.of(DATABASE, session).runs()).hasSize(theQueue ? 1 : 2);
                assertThat(tab.text(session, null)).isEqualTo(theQueue ? "" : "waited");
            }
        }
    }

    @Test
    void a_stop_that_names_an_earlier_run_does_not_stop_the_active_one() {
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            JsonObject stop = new JsonObject().put("session", session);
            // idle, before any run
            assertStopped(tab.ask("stop", stop));
            assertStopped(tab.ask("stop", stop.copy().put("run", "r_nothing")));

            String first = tab.send(session, "/echo quick").getString("run");
            tab.awaitEnd(session, first);
            // idle, the run is over
            assertStopped(tab.ask("stop", stop.copy().put("run", first)));

            // another run is active: it is not stopped
            String second = tab.send(session, "/hang").getString("run");
            assertError(tab.ask("stop", stop.copy().put("run", first)), "stale_run");
            assertStopped(tab.ask("stop", stop.copy().put("run", second)), second);
            assertThat(event(tab.awaitEnd(session, second))
                            .getJsonObject("outcome")
                            .getString("type"))
                    .isEqualTo("cancelled");
        }
    }

    @Test
    void the_next_queued_message_starts_after_a_stop() {
        try (TestClient tab = server.client("ada")) {
            String session = busySession(tab);
            String message = tab.send(session, "/echo next").getString("message");

            tab.ask("stop", new JsonObject().put("session", session));

            awaitEnds(tab, session, 2);
            assertThat(tab.text(session, null)).isEqualTo("next");
            assertThat(userMessages(tab, session)).contains(message);
            List<JsonObject> ends = ends(tab, session);
            assertThat(event(ends.get(0)).getJsonObject("outcome").getString("type"))
                    .isEqualTo("cancelled");
            assertThat(event(ends.get(1)).getJsonObject("outcome").getString("type"))
                    .isEqualTo("success");
        }
    }

    // --- repeats

    @Test
    void a_repeated_command_has_the_first_ones_result_and_no_second_effect_also_after_a_restart() {
        DatabaseUri database = TestDatabase.fresh();
        List<JsonObject> commands = new ArrayList<>();
        List<JsonObject> results = new ArrayList<>();
        String session;
        try (TestServer own = TestServer.start(database, Map.of());
                TestClient tab = own.client("ada")) {
            // Given each command was executed once
            JsonObject create = command("create").put("title", "once");
            JsonObject created = ask(tab, create);
            session = created.getString("session");
            tab.attachLive(session);
            JsonObject started = send(session, "/hang");
            JsonObject queued = send(session, "/echo two");
            JsonObject queuedToo = send(session, "/echo three");
            commands.addAll(List.of(create, started, queued, queuedToo));
            results.add(created);
            for (JsonObject send : List.of(started, queued, queuedToo)) results.add(ask(tab, send));
            String message = results.get(2).getString("message");
            String messageToo = results.get(3).getString("message");
            for (JsonObject next : List.of(
                    command("requeue").mergeIn(message(session, message)).put("text", "/echo changed"),
                    command("unqueue").mergeIn(message(session, messageToo)),
                    command("stop").put("session", session))) {
                commands.add(next);
                results.add(ask(tab, next));
            }
            awaitEnds(tab, session, 2);

            // When each is sent again
            assertDuplicates(tab, commands, results);
        }
        long head = LogOracle.of(database, session).head();
        // and again after a restart
        try (TestServer own = TestServer.start(database, Map.of());
                TestClient tab = own.client("ada")) {
            assertDuplicates(tab, commands, results);

            // Then nothing was executed twice
            tab.attachLive(session);
            assertThat(tab.view(session).cursor).isEqualTo(head);
            assertThat(LogOracle.of(database, session).runs()).hasSize(2);
            JsonObject sessions = new JsonObject(
                    own.call("GET", "/api/v1/sessions", own.token("ada"), null).body());
            assertThat(sessions.getJsonArray("sessions")).hasSize(1);
        }
    }

    @Test
    void repeats_that_overtake_the_first_one_share_its_one_effect() {
        String token = server.token("ada");
        List<TestClient> tabs = new ArrayList<>();
        for (int i = 0; i < 10; i++) tabs.add(TestClient.connect(server.port(), token));
        TestClient watcher = tabs.getFirst();
        for (int round = 0; round < 5; round++) {
            // When ten tabs send the same commands, three times each, at the same time
            JsonObject create = command("create");
            String session = sayEverywhere(tabs, create).getString("session");
            watcher.attachLive(session);
            JsonObject started = sayEverywhere(tabs, send(session, "/hang"));
            JsonObject queued = sayEverywhere(tabs, send(session, "/echo queued"));
            JsonObject stopped = sayEverywhere(tabs, command("stop").put("session", session));

            // Then there is one session, one run for each message, one stop
            assertThat(stopped.getJsonArray("stopped")).isEqualTo(JsonArray.of(started.getString("run")));
            awaitEnds(watcher, session, 2);
            assertThat(userMessages(watcher, session))
                    .containsExactly(started.getString("message"), queued.getString("message"));
            assertThat(customs(watcher, session, "run.stopping")).hasSize(1);
            assertThat(queues(watcher, session)).hasSize(2);
        }
        tabs.forEach(TestClient::close);
    }

    /**
     * Symptom: of many creates with one id at the same time, some were refused `unavailable`. Cause: the insert that
     * waited for
     * the commit of the other one searched for its session in the same statement, whose snapshot was taken earlier.
     */
    @Test
    void simultaneous_creates_with_one_id_create_one_session() {
        String token = server.token("ada");
        List<TestClient> tabs = new ArrayList<>();
        for (int i = 0; i < 8; i++) tabs.add(TestClient.connect(server.port(), token));
        for (int round = 0; round < 60; round++) sayEverywhere(tabs, command("create"));
        tabs.forEach(TestClient::close);
    }

    @Test
    void a_repeated_unqueue_or_requeue_is_done_once() {
        try (TestClient tab = server.client("ada")) {
            String session = busySession(tab);
            String message = tab.send(session, "/echo a").getString("message");
            List<TestClient> tabs = List.of(tab);
            JsonObject requeue =
                    command("requeue").mergeIn(message(session, message)).put("text", "/echo b");
            sayEverywhere(tabs, requeue);
            JsonObject unqueue = command("unqueue").mergeIn(message(session, message));
            sayEverywhere(tabs, unqueue);

            tab.awaitThat("an empty queue", () -> queues(tab, session).contains(List.of()));
            assertThat(queues(tab, session)).containsExactly(List.of("/echo a"), List.of("/echo b"), List.of());
            assertThat(ask(tab, requeue).getBoolean("duplicate")).isTrue();
            tab.ask("stop", new JsonObject().put("session", session));
        }
    }

    @Test
    void the_same_id_with_another_payload_is_a_conflict() {
        try (TestClient tab = server.client("ada");
                TestClient other = server.client("bob")) {
            JsonObject create = command("create").put("title", "a");
            String session = ask(tab, create).getString("session");
            assertError(ask(tab, create.copy().put("title", "b")), "conflict");
            tab.attachLive(session);
            JsonObject send = send(session, "/echo a");
            ask(tab, send);
            assertError(ask(tab, send.copy().put("text", "/echo b")), "conflict");
            assertError(ask(tab, command("stop").put("session", session).put("id", send.getString("id"))), "conflict");
            awaitEnds(tab, session, 1);
            assertThat(tab.text(session, null)).isEqualTo("a");
            // The order of keys, unknown keys and a named default make no other payload.
            JsonObject same = new JsonObject()
                    .put("onBusy", "queue")
                    .put("_vendor", 1)
                    .put("text", "/echo a")
                    .put("session", session)
                    .put("id", send.getString("id"))
                    .put("type", "send");
            assertThat(ask(tab, same).getBoolean("duplicate")).isTrue();

            // Another user and another session may use the id.
            JsonObject theirs = ask(other, create);
            assertThat(theirs.getString("session")).isNotEqualTo(session);
            assertThat(theirs.containsKey("duplicate")).isFalse();
            String second = tab.create();
            assertThat(ask(tab, send.copy().put("session", second)).containsKey("duplicate"))
                    .isFalse();
        }
    }

    @Test
    void over_rest_the_idempotency_key_is_the_id() {
        String token = server.token("ada");
        try (TestClient tab = server.client("ada")) {
            String session = tab.create();
            tab.attachLive(session);
            JsonObject send = send(session, "/echo once");
            JsonObject first = ask(tab, send);

            JsonObject again = new JsonObject(server.call(
                            "POST",
                            "/api/v1/sessions/" + session + "/messages",
                            token,
                            new JsonObject().put("text", "/echo once").encode(),
                            Map.of("Idempotency-Key", send.getString("id")))
                    .body());

            assertThat(again.getString("message")).isEqualTo(first.getString("message"));
            assertThat(again.getString("run")).isEqualTo(first.getString("run"));
            assertThat(again.getBoolean("duplicate")).isTrue();
        }
    }

    // --- restart

    @Test
    void the_queue_survives_a_restart_and_continues_without_readers() {
        DatabaseUri database = TestDatabase.fresh();
        // So that the active run ends with the process: with a checkpoint that survives it, the run would resume.
        Map<String, String> settings = Map.of("checkpoints.store", "memory");
        String session;
        try (TestServer own = TestServer.start(database, settings);
                TestClient tab = own.client("ada")) {
            session = tab.create();
            tab.attachLive(session);
            tab.send(session, "/hang");
            tab.send(session, "/stream 20 0");
            tab.send(session, "/echo last");
        }

        // When it starts again
        try (TestServer own = TestServer.start(database, settings)) {
            String token = own.token("ada");
            String path = "/api/v1/sessions/" + session;
            await().atMost(TestServer.PATIENCE).until(() -> {
                LogOracle log = LogOracle.of(database, session);
                return log.runs().size() == 3 && terminals(log).size() == 3;
            });

            // Then the interrupted run has ended as such, and queued messages were handled in order
            LogOracle log = LogOracle.of(database, session);
            assertThat(terminals(log).get(0).getString("code")).isEqualTo("interrupted");
            assertThat(terminals(log).get(1).getJsonObject("outcome").getString("type"))
                    .isEqualTo("success");
            assertThat(terminals(log).get(2).getJsonObject("outcome").getString("type"))
                    .isEqualTo("success");
            JsonObject history = new JsonObject(
                    own.call("GET", path + "/messages", token, null).body());
            assertThat(contents(history)).containsExactly("/hang", "/stream 20 0", words(20), "/echo last", "last");
        }
    }

    // --- small helpers

    /** A session whose run hangs; the tab is live. */
    private static String busySession(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        tab.send(session, "/hang");
        return session;
    }

    private static String currentRun(TestClient tab, String session) {
        return tab.await("a run", frame -> session.equals(frame.getString("session")) && frame.containsKey("event"))
                .getString("run");
    }

    private static JsonObject command(String type) {
        return new JsonObject().put("type", type).put("id", UUID.randomUUID().toString());
    }

    private static JsonObject send(String session, String text) {
        return command("send").put("session", session).put("text", text);
    }

    private static JsonObject message(String session, String message) {
        return new JsonObject().put("session", session).put("message", message);
    }

    private static JsonObject ask(TestClient tab, JsonObject command) {
        return tab.ask(command.getString("type"), command.getString("id"), command);
    }

    private static JsonObject answer(TestClient tab, JsonObject command) {
        return tab.await("an answer", frame -> command.getString("id").equals(frame.getString("id")));
    }

    /**
     * Three times from each tab; returns the one result that all of them must have, exactly one not marked as
     * duplicate.
     */
    private static JsonObject sayEverywhere(List<TestClient> tabs, JsonObject command) {
        String id = command.getString("id");
        for (int i = 0; i < 3; i++) tabs.forEach(tab -> tab.say(command));
        List<JsonObject> answers = new ArrayList<>();
        for (TestClient tab : tabs) {
            tab.awaitThat("three answers", () -> answersTo(tab, id).size() == 3);
            answers.addAll(answersTo(tab, id));
        }
        assertThat(answers)
                .as("results")
                .allMatch(answer -> answer.getString("type").equals("result"));
        assertThat(answers.stream().filter(answer -> !answer.containsKey("duplicate")))
                .as("results that are not duplicates")
                .hasSize(1);
        Set<JsonObject> results = new HashSet<>();
        for (JsonObject answer : answers) results.add(withoutDuplicate(answer));
        assertThat(results).hasSize(1);
        return results.iterator().next();
    }

    private static List<JsonObject> answersTo(TestClient tab, String id) {
        return tab.frames().stream()
                .filter(frame -> id.equals(frame.getString("id")))
                .toList();
    }

    private static void assertDuplicates(TestClient tab, List<JsonObject> commands, List<JsonObject> results) {
        for (int i = 0; i < commands.size(); i++) {
            JsonObject again = ask(tab, commands.get(i));
            assertThat(again.getBoolean("duplicate")).as(again.encode()).isTrue();
            assertThat(withoutDuplicate(again)).isEqualTo(results.get(i));
        }
    }

    private static JsonObject withoutDuplicate(JsonObject answer) {
        JsonObject copy = answer.copy();
        copy.remove("duplicate");
        return copy;
    }

    private static void assertError(JsonObject answer, String code) {
        assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("error");
        assertThat(answer.getString("code")).as(answer.encode()).isEqualTo(code);
    }

    private static void assertDone(JsonObject answer) {
        assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("result");
    }

    private static void assertStopped(JsonObject answer, String... runs) {
        assertThat(answer.getJsonArray("stopped")).as(answer.encode()).isEqualTo(new JsonArray(List.of(runs)));
        assertThat(answer.getJsonArray("unqueued")).isEqualTo(JsonArray.of());
    }

    private static void awaitEnds(TestClient tab, String session, int count) {
        tab.awaitThat(count + " ends", () -> ends(tab, session).size() >= count);
        assertThat(ends(tab, session)).hasSize(count);
    }

    private static List<JsonObject> ends(TestClient tab, String session) {
        return tab.events(session).stream()
                .filter(e -> type(e).equals("RUN_FINISHED") || type(e).equals("RUN_ERROR"))
                .toList();
    }

    private static List<JsonObject> customs(TestClient tab, String session, String name) {
        return tab.events(session).stream()
                .filter(e ->
                        type(e).equals("CUSTOM") && event(e).getString("name").equals(name))
                .map(e -> event(e).getJsonObject("value"))
                .toList();
    }

    /** The texts of the queue after each change. */
    private static List<List<String>> queues(TestClient tab, String session) {
        return customs(tab, session, "queue.changed").stream()
                .map(value -> texts(value.getJsonArray("queue")))
                .toList();
    }

    private static List<String> texts(JsonArray queue) {
        return queue.stream()
                .map(JsonObject.class::cast)
                .map(message -> message.getString("text"))
                .toList();
    }

    private static List<String> userMessages(TestClient tab, String session) {
        return tab.events(session).stream()
                .filter(e -> type(e).equals("TEXT_MESSAGE_START") && "user".equals(event(e).getString("role")))
                .map(e -> event(e).getString("messageId"))
                .toList();
    }

    private static List<JsonObject> terminals(LogOracle log) {
        return log.runs().stream()
                .flatMap(run -> log.events(run).stream())
                .filter(e -> Set.of("RUN_FINISHED", "RUN_ERROR").contains(e.getString("type")))
                .toList();
    }

    private static List<String> contents(JsonObject history) {
        List<String> contents = new ArrayList<>();
        for (Object message : history.getJsonArray("messages")) {
            contents.add(((JsonObject) message).getString("content"));
        }
        return Collections.unmodifiableList(contents);
    }
}
