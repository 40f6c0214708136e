package io.reprise;

import static io.reprise.testing.TestClient.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.Seed;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Several calls that wait at the same time, decided by several tabs at the same time. */
class ApprovalsIT {
    private static final int TABS = 3;
    private static final List<JsonObject> DECISIONS = List.of(
            new JsonObject().put("decision", "approve"),
            new JsonObject().put("decision", "reject").put("text", "not now"),
            new JsonObject().put("decision", "respond").put("text", "slept for it"));
    private static final Random RANDOM = Seed.random("ApprovalsIT");

    private static TestServer server;

    private final List<TestClient> tabs = new ArrayList<>();
    private String session;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("interrupts.tools", "sleep"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void three_tabs() {
        for (int i = 0; i < TABS; i++) tabs.add(server.client("ada"));
        session = tabs.getFirst().create();
        tabs.forEach(tab -> tab.attachLive(session));
    }

    @AfterEach
    void gone() {
        tabs.forEach(TestClient::close);
    }

    @RepeatedTest(5)
    void each_call_has_one_decision_even_if_people_answer_simultaneously_and_the_last_one_starts_the_run() {
        List<JsonObject> open = ask("/tool sleep {\"seconds\":0.01}\n/tool sleep {\"seconds\":0.02}\n/tool sleep {}");
        List<Map.Entry<TestClient, JsonObject>> answers = new ArrayList<>();
        for (TestClient tab : tabs) {
            for (int i = 0; i < open.size(); i++) {
                answers.add(Map.entry(tab, answer(open.get(i), DECISIONS.get(i))));
            }
        }
        Collections.shuffle(answers, RANDOM);

        answers.forEach(one -> one.getKey().say(one.getValue()));

        Map<String, List<JsonObject>> outcomes = new HashMap<>();
        for (Map.Entry<TestClient, JsonObject> one : answers) {
            String id = one.getValue().getString("id");
            JsonObject outcome = one.getKey().await("an outcome", frame -> id.equals(frame.getString("id")));
            outcomes.computeIfAbsent(one.getValue().getString("interrupt"), key -> new ArrayList<>())
                    .add(outcome);
        }
        assertThat(outcomes.values()).hasSize(3).allSatisfy(ApprovalsIT::assertOneWon);
        List<JsonObject> won = outcomes.values().stream()
                .flatMap(List::stream)
                .filter(outcome -> outcome.getString("type").equals("result"))
                .toList();
        assertThat(won).extracting(result -> result.getJsonArray("open").size()).containsExactlyInAnyOrder(2, 1, 0);
        List<String> runs = won.stream()
                .map(result -> result.getString("run"))
                .filter(run -> run != null)
                .toList();
        assertThat(runs).hasSize(1);
        tabs.forEach(tab -> tab.awaitEnd(session, runs.getFirst()));
        assertThat(tabs.getFirst().text(session, runs.getFirst()))
                .isEqualTo("`sleep` answered: Slept for 0.01 s.\n\n`sleep` answered: The user rejected this call. Their"
                        + " reason: not now\n\n`sleep` answered: slept for it");
        assertThat(tabs)
                .extracting(tab -> tab.events(session))
                .containsOnly(tabs.getFirst().events(session));
    }

    @Test
    void partly_answered_interrupts_look_the_same_in_every_tab_and_other_calls_are_made_before() {
        List<JsonObject> open = ask("/tool sleep {}\n/tool time {}\n/tool sleep {\"seconds\":0.01}");
        assertThat(open).hasSize(2).allMatch(one -> one.getString("message").contains("sleep"));
        assertThat(results()).as("that of time").hasSize(1);

        JsonObject first = tabs.get(1).ask("answer", fields(open.get(0), DECISIONS.get(1)));

        String left = open.get(1).getString("id");
        assertThat(first.getJsonArray("open")).containsExactly(left);
        for (TestClient tab : tabs) {
            assertThat(tab.attachLive(session).getJsonArray("interrupts")).containsExactly(open.get(1));
        }
        JsonObject stop = tabs.get(2).ask("stop", new JsonObject().put("session", session));
        assertThat(stop.getJsonArray("stopped")).as("no run is active").isEmpty();
        JsonObject late = tabs.get(0).ask("answer", fields(open.get(1), DECISIONS.get(0)));
        assertThat(late.getString("code")).isEqualTo("conflict");
        assertThat(late.getString("message")).isEqualTo("ada cancelled this call.");
    }

    private static void assertOneWon(List<JsonObject> outcomes) {
        assertThat(outcomes).hasSize(TABS);
        assertThat(outcomes.stream().filter(outcome -> outcome.getString("type").equals("result")))
                .hasSize(1);
        assertThat(outcomes.stream().filter(outcome -> outcome.getString("type").equals("error")))
                .hasSize(TABS - 1)
                .allSatisfy(refusal -> {
                    assertThat(refusal.getString("code")).isEqualTo("conflict");
                    assertThat(refusal.getString("message")).startsWith("ada ");
                });
    }

    /** Asks the model for these calls; returns the open interrupts. */
    private List<JsonObject> ask(String text) {
        String run = tabs.getFirst().send(session, text).getString("run");
        tabs.forEach(tab -> tab.awaitEnd(session, run));
        JsonObject outcome = event(tabs.getFirst().awaitEnd(session, run)).getJsonObject("outcome");
        return outcome.getJsonArray("interrupts").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private List<JsonObject> results() {
        return tabs.getFirst().events(session).stream()
                .filter(frame -> TestClient.type(frame).equals("TOOL_CALL_RESULT"))
                .toList();
    }

    private JsonObject answer(JsonObject interrupt, JsonObject decision) {
        return fields(interrupt, decision)
                .put("type", "answer")
                .put("id", UUID.randomUUID().toString());
    }

    private JsonObject fields(JsonObject interrupt, JsonObject decision) {
        return decision.copy().put("session", session).put("interrupt", interrupt.getString("id"));
    }
}
