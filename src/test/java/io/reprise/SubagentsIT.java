package io.reprise;

import static io.reprise.testing.TestClient.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.testing.AguiVerifier;
import io.reprise.testing.LogOracle;
import io.reprise.testing.OwnDatabase;
import io.reprise.testing.Patience;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Agents that call others as tools, with the demo model, over sockets and across restarts. */
@Timeout(600)
class SubagentsIT {
    private static final String HELPER = "{\"name\":\"helper\",\"settings\":{\"title\":\"Helper\"%s}}";
    private static final String BOSS =
            "{\"name\":\"boss\",\"settings\":{\"tools\":[\"time\"],\"subagents\":[\"helper\"]}}";

    @TempDir
    Path dataDir;

    @Test
    void every_reader_sees_the_work_of_a_sub_agent_and_the_conversation_only_its_answer() {
        try (TestServer server = TestServer.start(Map.of());
                TestClient tab = server.client("ada");
                TestClient second = server.client("ada")) {
            String admin = server.token("root", "admin");
            assertCreated(server.call("POST", "/api/v1/agents", admin, HELPER.formatted("")));
            assertCreated(server.call("POST", "/api/v1/agents", admin, BOSS));
            String session = create(tab);
            tab.attachLive(session);

            String run = tab.send(session, task("/tool time {}") + "\n" + task("/stream 50 0"))
                    .getString("run");
            JsonObject end = event(tab.awaitEnd(session, run));

            assertThat(end.getJsonObject("outcome").getString("type")).isEqualTo("success");
            LogOracle log = LogOracle.of(server.database(), session);
            List<JsonObject> events = log.events(run);
            assertThat(ofType(events, "SUBAGENT_STARTED"))
                    .hasSize(2)
                    .allMatch(e -> "helper".equals(e.getString("name")));
            assertThat(ofType(events, "SUBAGENT_FINISHED")).hasSize(2);
            assertThat(events).filteredOn(e -> e.containsKey("subagentRunId")).hasSizeGreaterThan(14);
            AguiVerifier.assertValid(List.of(events));
            long head = log.head();
            log.assertIs(tab.events(session), 0, head);
            second.place(session, tab.view(session).epoch, 0).attachLive(session);
            second.awaitThat("all of it", () -> second.view(session).cursor == head);
            log.assertIs(second.events(session), 0, head);

            JsonArray messages = new JsonObject(
                            server.call("GET", "/api/v1/sessions/" + session + "/messages", server.token("ada"), null)
                                    .body())
                    .getJsonArray("messages");
            List<JsonObject> all = IntStream.range(0, messages.size())
                    .mapToObj(messages::getJsonObject)
                    .toList();
            JsonObject asking = all.stream()
                    .filter(message -> message.containsKey("toolCalls") && !message.containsKey("subagentRunId"))
                    .findFirst()
                    .orElseThrow();
            assertThat(asking.getJsonObject("metadata").getJsonObject("subagents"))
                    .hasSize(2);
            assertThat(all)
                    .filteredOn(message -> message.containsKey("subagentRunId"))
                    .hasSizeGreaterThan(3);
            String export = server.call(
                            "GET", "/api/v1/sessions/" + session + "/export?format=markdown", server.token("ada"), null)
                    .body();
            assertThat(export).contains("Sub-agent helper", "w1 w2 w3");

            // What a later run sees: the demo model repeats its last message, and knows the calls that have results
            JsonObject fork = new JsonObject(server.call(
                            "POST",
                            "/api/v1/sessions/" + session + "/fork",
                            server.token("ada"),
                            new JsonObject()
                                    .put(
                                            "message",
                                            messages.getJsonObject(messages.size() - 1)
                                                    .getString("id"))
                                    .encode())
                    .body());
            LogOracle forked = LogOracle.of(server.database(), fork.getString("session"));
            AguiVerifier.assertValid(List.of(forked.events(forked.runs().getFirst())));
            assertThat(ofType(forked.events(forked.runs().getFirst()), "SUBAGENT_FINISHED"))
                    .hasSize(2);
        }
    }

    @Test
    void a_stop_reaches_a_sub_agent_in_a_tool_and_everything_is_closed() {
        try (TestServer server = TestServer.start(Map.of());
                TestClient tab = server.client("ada")) {
            String admin = server.token("root", "admin");
            assertCreated(server.call("POST", "/api/v1/agents", admin, HELPER.formatted("")));
            assertCreated(server.call("POST", "/api/v1/agents", admin, BOSS));
            String session = create(tab);
            tab.attachLive(session);
            String run =
                    tab.send(session, task("/tool sleep {\"seconds\":600}")).getString("run");
            tab.await("the call of the sub-agent", frame -> isOfSubagent(frame, "TOOL_CALL_END"));

            tab.ask("stop", new JsonObject().put("session", session).put("run", run));

            JsonObject end = event(tab.awaitEnd(session, run));
            assertThat(end.getJsonObject("outcome").getString("type")).isEqualTo("cancelled");
            List<JsonObject> events = LogOracle.of(server.database(), session).events(run);
            assertThat(ofType(events, "SUBAGENT_ERROR")).hasSize(1);
            assertThat(ofType(events, "TOOL_CALL_RESULT"))
                    .hasSize(2)
                    .allMatch(
                            e -> e.getJsonObject("metadata").getString("status").equals("cancelled"));
            AguiVerifier.assertValid(List.of(events));
            String again = tab.send(session, "/echo still there").getString("run");
            tab.awaitEnd(session, again);
            assertThat(tab.text(session, again)).isEqualTo("still there");
        }
    }

    @Test
    void a_sub_agent_goes_on_after_its_server_was_killed() {
        try (OwnDatabase database = OwnDatabase.prepared(dataDir)) {
            String session;
            String run;
            String id;
            try (ServerProcess server = ServerProcess.startOn(dataDir, Map.of("log.flushMs", "0"))) {
                String admin = server.token("root", "admin");
                assertCreated(server.call("POST", "/api/v1/agents", admin, HELPER.formatted("")));
                assertCreated(server.call("POST", "/api/v1/agents", admin, BOSS));
                try (TestClient tab = server.client("ada")) {
                    session = create(tab);
                    tab.attachLive(session);
                    run = tab.send(session, task("/tool sleep {\"seconds\":8}")).getString("run");
                    JsonObject called = tab.await("the call", frame -> isOfSubagent(frame, "TOOL_CALL_END"));
                    id = event(called).getString("subagentRunId");
                    // Without a checkpoint of its own it would begin anew, with another id.
                    await().atMost(Patience.LIMIT).until(() -> {
                        Long resumeSeq = StoredLog.of(database.uri(), session)
                                .runs()
                                .getFirst()
                                .resumeSeq();
                        return resumeSeq != null && resumeSeq >= called.getLong("seq");
                    });
                    server.kill();
                }
            }
            database.awaitQuiet();
            try (ServerProcess server = ServerProcess.startOn(dataDir, Map.of("log.flushMs", "0"));
                    TestClient tab = server.client("ada")) {
                tab.attachLive(session);
                tab.awaitThat(
                        "the end",
                        () -> LogOracle.of(database.uri(), session).events(run).stream()
                                .anyMatch(e -> e.getString("type").equals("RUN_FINISHED")));
                List<JsonObject> events = LogOracle.of(database.uri(), session).events(run);
                assertThat(ofType(events, "SUBAGENT_STARTED")).hasSize(1);
                assertThat(ofType(events, "SUBAGENT_FINISHED"))
                        .singleElement()
                        .satisfies(e -> assertThat(e.getString("subagentRunId")).isEqualTo(id));
                assertThat(ofType(events, "TOOL_CALL_RESULT")).hasSize(2);
                AguiVerifier.assertValid(List.of(events));
            }
        }
    }

    @Test
    void an_approval_in_a_sub_agent_is_answered_after_a_restart() {
        try (OwnDatabase database = OwnDatabase.prepared(dataDir)) {
            String session;
            try (ServerProcess server = ServerProcess.startOn(dataDir, Map.of())) {
                String admin = server.token("root", "admin");
                assertCreated(
                        server.call("POST", "/api/v1/agents", admin, HELPER.formatted(",\"approvals\":[\"sleep\"]")));
                assertCreated(server.call("POST", "/api/v1/agents", admin, BOSS));
                try (TestClient tab = server.client("ada")) {
                    session = create(tab);
                    tab.attachLive(session);
                    String run = tab.send(session, task("/tool sleep {\"seconds\":0.01}"))
                            .getString("run");
                    JsonObject end = event(tab.awaitEnd(session, run));
                    JsonObject asked = end.getJsonObject("outcome")
                            .getJsonArray("interrupts")
                            .getJsonObject(0);
                    assertThat(asked.getString("message")).contains("helper", "sleep");
                    List<JsonObject> events =
                            LogOracle.of(database.uri(), session).events(run);
                    assertThat(ofType(events, "SUBAGENT_FINISHED"))
                            .singleElement()
                            .satisfies(e -> {
                                assertThat(e.getString("subagentRunId")).isEqualTo(asked.getString("subagentRunId"));
                                assertThat(e.getJsonObject("outcome").getString("type"))
                                        .isEqualTo("suspended");
                                assertThat(e.getJsonObject("outcome").getJsonArray("interruptIds"))
                                        .containsExactly(asked.getString("id"));
                            });
                    assertThat(ofType(events, "TOOL_CALL_RESULT")).isEmpty();
                    AguiVerifier.assertValid(List.of(events));
                }
            }
            database.awaitQuiet();
            try (ServerProcess server = ServerProcess.startOn(dataDir, Map.of());
                    TestClient tab = server.client("ada")) {
                JsonObject attached = tab.attachLive(session);
                JsonObject open = attached.getJsonArray("interrupts").getJsonObject(0);
                assertThat(open.getJsonObject("metadata").getJsonArray("subagents"))
                        .containsExactly("helper");

                String run = tab.ask(
                                "answer",
                                new JsonObject()
                                        .put("session", session)
                                        .put("interrupt", open.getString("id"))
                                        .put("decision", "approve"))
                        .getString("run");
                tab.awaitEnd(session, run);

                assertThat(tab.text(session, run)).contains("Slept for 0.01 s.");
                List<JsonObject> events = LogOracle.of(database.uri(), session).events(run);
                assertThat(ofType(events, "SUBAGENT_STARTED"))
                        .singleElement()
                        .satisfies(e ->
                                assertThat(e.getString("subagentRunId")).isEqualTo(open.getString("subagentRunId")));
                assertThat(ofType(events, "TOOL_CALL_RESULT")).hasSize(2);
                assertThat(ofType(events, "TOOL_CALL_START")).isEmpty();
            }
        }
    }

    private static String task(String task) {
        return "/tool agent_helper " + new JsonObject().put("task", task).encode();
    }

    private static String create(TestClient tab) {
        JsonObject created = tab.ask("create", UUID.randomUUID().toString(), new JsonObject().put("agent", "boss"));
        assertThat(created.getString("session")).as(created.encode()).isNotNull();
        return created.getString("session");
    }

    private static void assertCreated(java.net.http.HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(201);
    }

    private static boolean isOfSubagent(JsonObject frame, String type) {
        return "event".equals(frame.getString("type"))
                && event(frame).containsKey("subagentRunId")
                && type.equals(event(frame).getString("type"));
    }

    private static List<JsonObject> ofType(List<JsonObject> events, String type) {
        return events.stream().filter(e -> e.getString("type").equals(type)).toList();
    }
}
