package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Gate;
import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls that go on after their run, and whose results come into the session later. */
@Timeout(300)
class BackgroundCallsIT {
    private static final String RESULT = "which went on in the background";

    private final DatabaseUri database = TestDatabase.fresh();
    private final Gate gate = new Gate();
    private TestServer server;
    private TestClient tab;
    private String session;

    @BeforeEach
    void start() {
        start(Map.of("tools.background.perSessionMax", "1", "recalls.perSessionMax", "1", "recalls.pollMs", "200"));
        session = tab.create();
        tab.attachLive(session);
    }

    private void start(Map<String, String> settings) {
        server = TestServer.start(database, settings, List.of(gate));
        tab = server.client("ada");
    }

    @AfterEach
    void stop() {
        tab.close();
        server.close();
    }

    @Test
    void a_tool_answers_that_it_has_started_and_its_result_comes_later_once() {
        String answer = say("/tool sleep {\"seconds\":0.2,\"background\":true}");

        assertThat(answer).contains("Started in the background");
        awaitResult("Slept for 0.2 s.");
        assertThat(open()).isEmpty();
        assertThat(results()).hasSize(1);
    }

    @Test
    void a_person_sends_a_running_call_there_and_a_stop_of_a_later_run_does_not_end_it() {
        String run = tab.send(session, Gate.CALL).getString("run");
        String call = awaitCall(0);

        gate.awaitCall(session);
        assertThat(push(call).statusCode()).isEqualTo(202);
        tab.awaitEnd(session, run);
        assertThat(tab.text(session, run)).contains("Started in the background");
        assertThat(open().getJsonObject(0).getString("pause")).isEqualTo("call");

        String hanging = tab.send(session, "/hang").getString("run");
        gate.open(session);
        tab.ask("stop", new JsonObject().put("session", session).put("run", hanging));
        awaitResult("opened");
        assertThat(results()).hasSize(1);
        assertThat(push(call).statusCode()).isEqualTo(409);
    }

    @Test
    void one_that_is_cancelled_is_stopped_and_brings_nothing() {
        say("/tool sleep {\"seconds\":600,\"background\":true}");
        String recall = open().getJsonObject(0).getString("id");
        assertThat(metric()).isEqualTo(1);

        HttpResponse<String> paused = server.call("POST", "/api/v1/recalls/" + recall + "/resume", token(), "{}");
        HttpResponse<String> cancelled = server.call("DELETE", "/api/v1/recalls/" + recall, token(), null);

        assertThat(paused.statusCode()).isEqualTo(409);
        assertThat(cancelled.statusCode()).isEqualTo(204);
        await().atMost(Patience.LIMIT).until(() -> metric() == 0);
        assertThat(open()).isEmpty();
        assertThat(results()).isEmpty();
    }

    @Test
    void there_are_limits_of_its_own_and_none_of_recalls() {
        String scheduled = server.call(
                        "POST",
                        "/api/v1/sessions/" + session + "/recalls",
                        token(),
                        "{\"text\":\"later\",\"schedule\":{\"kind\":\"delay\",\"afterMs\":3600000}}")
                .body();
        assertThat(scheduled).contains("rc_");

        assertThat(say("/tool sleep {\"seconds\":600,\"background\":true}")).contains("Started in the background");
        assertThat(say("/tool sleep {\"seconds\":600,\"background\":true}"))
                .contains("Error: ", "Too many calls of this session");

        String run = tab.send(session, Gate.CALL).getString("run");
        gate.awaitCall(session);
        push(awaitCall(2));
        gate.open(session);
        tab.awaitEnd(session, run);
        assertThat(tab.text(session, run)).contains("opened");
    }

    @Test
    void after_a_restart_its_outcome_is_told_once_as_the_tool_declares() {
        say("/tool sleep {\"seconds\":600,\"background\":true}");
        tab.close();
        server.stop();

        start(Map.of("recalls.pollMs", "200"));
        tab.attachLive(session);

        awaitResult("has no result: the server was stopped meanwhile. The call can be made again without harm.");
        assertThat(results()).hasSize(1);
        tab.close();
        server.stop();
        start(Map.of("recalls.pollMs", "200"));
        tab.attachLive(session);
        say("hello");
        assertThat(results()).hasSize(1);
    }

    private String say(String text) {
        String run = tab.send(session, text).getString("run");
        tab.awaitEnd(session, run);
        return tab.text(session, run);
    }

    /** @param before calls that were made earlier */
    private String awaitCall(int before) {
        await().atMost(Patience.LIMIT).until(() -> calls().size() > before);
        return calls().get(before);
    }

    private List<String> calls() {
        return tab.frames().stream()
                .filter(frame -> TestClient.event(frame) != null)
                .filter(frame -> "TOOL_CALL_END".equals(TestClient.type(frame)))
                .map(frame -> TestClient.event(frame).getString("toolCallId"))
                .distinct()
                .toList();
    }

    private HttpResponse<String> push(String call) {
        return server.call(
                "POST",
                "/api/v1/sessions/" + session + "/background",
                token(),
                new JsonObject().put("call", call).encode());
    }

    private void awaitResult(String text) {
        await().atMost(Patience.LIMIT).until(() -> results().stream().anyMatch(result -> result.contains(text)));
        await().atMost(Patience.LIMIT).until(() -> open().isEmpty());
    }

    private List<String> results() {
        return server.messages(token(), session, 100).stream()
                .map(message -> (JsonObject) message)
                .filter(message -> message.getString("role").equals("user"))
                .map(message -> message.getString("content"))
                .filter(content -> content.contains(RESULT))
                .toList();
    }

    private JsonArray open() {
        String body = server.call("GET", "/api/v1/sessions/" + session + "/recalls?status=open", token(), null)
                .body();
        JsonArray ofCalls = new JsonArray();
        new JsonObject(body)
                .getJsonArray("recalls").stream()
                        .filter(recall -> ((JsonObject) recall).getString("id").startsWith("rb_"))
                        .forEach(ofCalls::add);
        return ofCalls;
    }

    private double metric() {
        return server.call("GET", "/metrics", null, null)
                .body()
                .lines()
                .filter(line -> line.startsWith("reprise_tools_background "))
                .mapToDouble(line -> Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }

    private String token() {
        return server.token("ada");
    }
}
