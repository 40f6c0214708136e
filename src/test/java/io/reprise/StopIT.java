package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static io.reprise.testing.TestClient.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogOracle;
import io.reprise.testing.Rounds;
import io.reprise.testing.Seed;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A stop at any moment: one end, everything closed before it in order, nothing after it, and the partial answer is
 * kept.
 */
class StopIT {
    private static final String STUBBORN = "/tool sleep {\"seconds\": 60, \"ignoreInterrupts\": true}";
    private static final int ROUNDS = Rounds.of(20, 100);

    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(DATABASE, Map.of("run.stopGraceMs", "200"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    // --- one phase each

    @Test
    void removed_queued_messages_never_run() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String run = tab.send(session, "/hang").getString("run");
            String waiting = tab.send(session, "/echo never").getString("message");

            JsonObject result = tab.ask("stop", stop(session).put("scope", "all"));

            assertThat(result.getJsonArray("stopped")).isEqualTo(JsonArray.of(run));
            assertThat(result.getJsonArray("unqueued")).isEqualTo(JsonArray.of(waiting));
            tab.awaitEnd(session, run);
            tab.awaitEnd(session, tab.send(session, "/echo later").getString("run"));
            LogOracle log = assertAllEndWell(tab, session);
            assertThat(log.runs()).hasSize(2);
            assertThat(history(session)).noneMatch(message -> message.encode().contains("/echo never"));
        }
    }

    @Test
    void a_stop_before_the_first_token_ends_the_run_at_once() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String run = tab.send(session, "/hang").getString("run");
            awaitType(tab, session, "STEP_STARTED");

            tab.ask("stop", stop(session));

            assertCancelled(tab.awaitEnd(session, run));
            assertAllEndWell(tab, session);
            assertThat(history(session)).hasSize(1);
        }
    }

    @Test
    void a_stop_during_a_fast_stream_keeps_the_partial_answer() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String run = tab.send(session, "/stream 1000000 0").getString("run");
            tab.awaitThat("text", () -> tab.text(session, run).length() > 2_000);

            tab.ask("stop", stop(session).put("run", run));

            assertCancelled(tab.awaitEnd(session, run));
            assertAllEndWell(tab, session);
            String partial = tab.text(session, run);
            assertThat(words(1_000_000)).startsWith(partial);
            JsonObject answer = history(session).getLast();
            assertThat(answer.getString("role")).isEqualTo("assistant");
            assertThat(answer.getString("content")).isEqualTo(partial);
            assertThat(answer.getJsonObject("metadata").getString("outcome")).isEqualTo("cancelled");
            // and the next message is answered as usual
            String next = tab.send(session, "/echo next").getString("run");
            tab.awaitEnd(session, next);
            assertThat(tab.text(session, next)).isEqualTo("next");
        }
    }

    @Test
    void a_stop_during_reasoning_ends_the_run() {
        try (TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String run = tab.send(session, "/think 1000000").getString("run");
            awaitType(tab, session, "REASONING_MESSAGE_CONTENT");

            tab.ask("stop", stop(session));

            assertCancelled(tab.awaitEnd(session, run));
            assertAllEndWell(tab, session);
        }
    }

    @Test
    void a_stop_ends_runs_whose_tools_react_to_interrupts_and_runs_whose_tools_ignore_them() {
        try (TestClient tab = server.client("ada")) {
            for (String text : List.of("/tool sleep {\"seconds\": 60}", STUBBORN)) {
                String session = attached(tab);
                String run = tab.send(session, text).getString("run");
                awaitType(tab, session, "TOOL_CALL_END");

                tab.ask("stop", stop(session));

                assertCancelled(tab.awaitEnd(session, run));
                List<JsonObject> events = assertAllEndWell(tab, session).events(run);
                JsonObject result = events.get(events.size() - 3);
                assertThat(result.getString("type")).isEqualTo("TOOL_CALL_RESULT");
                assertThat(result.getString("content")).contains("cancelled");
                assertThat(events.get(events.size() - 2).getString("type")).isEqualTo("STEP_FINISHED");
            }
        }
    }

    @Test
    void many_runs_in_different_phases_stop_in_parallel() {
        try (TestClient tab = server.client("ada")) {
            // Given runs that would all last a minute or forever
            List<String> sessions = new ArrayList<>();
            Map<String, String> runs = new HashMap<>();
            List<String> texts = List.of("/hang", STUBBORN, "/stream 1000000 1", "/tool sleep {\"seconds\": 60}");
            for (int i = 0; i < 24; i++) {
                String session = attached(tab);
                sessions.add(session);
                runs.put(session, tab.send(session, texts.get(i % texts.size())).getString("run"));
            }
            for (String session : sessions) awaitType(tab, session, "STEP_STARTED");

            // When all are stopped without waiting for any
            sessions.forEach(session -> tab.say(stop(session)
                    .put("type", "stop")
                    .put("id", UUID.randomUUID().toString())));

            for (String session : sessions) {
                assertCancelled(tab.awaitEnd(session, runs.get(session)));
                assertAllEndWell(tab, session);
            }
        }
    }

    @Test
    void a_stop_from_another_tab_works_and_can_be_repeated() {
        try (TestClient tab = server.client("ada");
                TestClient other = server.client("ada")) {
            for (String text : List.of("/hang", STUBBORN, "/stream 1000000 0")) {
                String session = attached(tab);
                String run = tab.send(session, text).getString("run");
                awaitType(tab, session, "STEP_STARTED");

                other.say(stop(session).put("type", "stop").put("id", "first " + session));
                other.say(stop(session).put("type", "stop").put("id", "second " + session));
                JsonObject first = other.await("result", f -> ("first " + session).equals(f.getString("id")));
                JsonObject second = other.await("result", f -> ("second " + session).equals(f.getString("id")));

                assertThat(first.getJsonArray("stopped")).isEqualTo(JsonArray.of(run));
                assertThat(second.getJsonArray("stopped")).isIn(JsonArray.of(), JsonArray.of(run));
                assertCancelled(tab.awaitEnd(session, run));
                LogOracle log = assertAllEndWell(tab, session);
                assertThat(log.events(run).stream()
                                .filter(e -> e.getString("type").equals("CUSTOM")))
                        .hasSize(1);
            }
        }
    }

    // --- races

    @Test
    void a_stop_sent_directly_after_the_message_stops_its_run() {
        Random random = Seed.random("StopIT, at the start");
        List<String> texts = List.of("/hang", "/stream 1000000 0", "/echo quick", STUBBORN, "/steps 3");
        int hit = 0;
        try (TestClient tab = server.client("ada");
                TestClient other = server.client("ada")) {
            for (int session = 0; session < 5; session++) {
                String id = attached(tab);
                for (int round = 0; round < ROUNDS / 5; round++) {
                    String text = texts.get(random.nextInt(texts.size()));
                    boolean sameTab = random.nextBoolean();
                    hit += sendAndStop(tab, sameTab ? tab : other, id, text);
                }
                assertAllEndWell(tab, id);
            }
        }
        System.out.println("StopIT: " + hit + " of " + ROUNDS + " stops at the start hit their run");
        assertThat(hit).isPositive();
    }

    /** Returns 1 when the stop hit the run. */
    private static int sendAndStop(TestClient tab, TestClient stopper, String session, String text) {
        String send = UUID.randomUUID().toString();
        String stop = UUID.randomUUID().toString();
        tab.say(stop(session).put("type", "send").put("id", send).put("text", text));
        stopper.say(stop(session).put("type", "stop").put("id", stop));
        String run = tab.await("result", f -> send.equals(f.getString("id"))).getString("run");
        JsonArray stopped =
                stopper.await("result", f -> stop.equals(f.getString("id"))).getJsonArray("stopped");
        // A short run may have ended by the time the stop is decided.
        boolean lasts = !text.startsWith("/echo") && !text.startsWith("/steps");
        if (stopper == tab && lasts) assertThat(stopped).isEqualTo(JsonArray.of(run));
        assertThat(stopped).isIn(JsonArray.of(), JsonArray.of(run));
        // It may have arrived before the message; then nothing was stopped, and it is sent again.
        if (stopped.isEmpty()) tab.ask("stop", stop(session));
        JsonObject end = tab.awaitEnd(session, run);
        if (stopped.contains(run)) assertCancelled(end);
        return stopped.size();
    }

    @Test
    void a_stop_at_the_natural_end_of_a_run_gives_it_exactly_one_end() {
        Random random = Seed.random("StopIT, at the end");
        Map<String, Integer> outcomes = new HashMap<>();
        try (TestClient tab = server.client("ada")) {
            String session = null;
            for (int round = 0; round < ROUNDS; round++) {
                if (round % 20 == 0) {
                    if (session != null) assertAllEndWell(tab, session);
                    session = attached(tab);
                }
                String id = session;
                // Given a run with this much still to come
                int deltas = 1 + random.nextInt(400);
                String run = tab.send(id, "/stream " + deltas + " 0").getString("run");
                long seen = tab.view(id).cursor + random.nextInt(12);
                tab.awaitThat("some of it", () -> tab.view(id).cursor >= seen || ended(tab, id, run));

                JsonArray stopped = tab.ask("stop", stop(id).put("run", run)).getJsonArray("stopped");

                String outcome =
                        event(tab.awaitEnd(id, run)).getJsonObject("outcome").getString("type");
                assertThat(outcome).isEqualTo(stopped.isEmpty() ? "success" : "cancelled");
                outcomes.merge(outcome, 1, Integer::sum);
                String text = tab.text(id, run);
                if (outcome.equals("success")) assertThat(text).isEqualTo(words(deltas));
                else assertThat(words(deltas)).startsWith(text);
            }
            assertAllEndWell(tab, session);
        }
        System.out.println("StopIT: stopped near the end: " + outcomes);
    }

    // --- small helpers

    private static String attached(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        return session;
    }

    private static JsonObject stop(String session) {
        return new JsonObject().put("session", session);
    }

    private static void awaitType(TestClient tab, String session, String type) {
        tab.awaitThat(type, () -> tab.events(session).stream().anyMatch(e -> type(e).equals(type)));
    }

    private static boolean ended(TestClient tab, String session, String run) {
        return tab.events(session).stream()
                .anyMatch(e -> run.equals(e.getString("run")) && type(e).startsWith("RUN_FINISHED"));
    }

    private static void assertCancelled(JsonObject end) {
        assertThat(type(end)).as(end.encode()).isEqualTo("RUN_FINISHED");
        assertThat(event(end).getJsonObject("outcome").getString("type")).isEqualTo("cancelled");
    }

    /** Of every run of the session, in the stored log and in the events of the tab. */
    private static LogOracle assertAllEndWell(TestClient tab, String session) {
        LogOracle log = LogOracle.of(DATABASE, session);
        tab.awaitThat("all that is stored", () -> tab.view(session).cursor >= log.head());
        log.runs().forEach(log::assertEndsWell);
        log.assertIs(tab.events(session), 0, log.head());
        return log;
    }

    private static List<JsonObject> history(String session) {
        String path = "/api/v1/sessions/" + session + "/messages";
        String body = server.call("GET", path, server.token("ada"), null).body();
        return new JsonObject(body)
                .getJsonArray("messages").stream().map(JsonObject.class::cast).toList();
    }
}
