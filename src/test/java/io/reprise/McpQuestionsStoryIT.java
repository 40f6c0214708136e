package io.reprise;

import static io.reprise.testing.TestClient.event;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.mcp.FakeMcp;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogOracle;
import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tool's server asks a person in the middle of a call, and the person takes their time. */
@Timeout(300)
class McpQuestionsStoryIT {
    private static final JsonObject FORM = new JsonObject("""
            {"mode": "form", "message": "Which city?", "requestedSchema": {"type": "object", "required": ["city"],
             "properties": {"city": {"type": "string", "title": "City"}, "days": {"type": "integer", "default": 2}}}}""");

    @TempDir
    private Path folder;

    private final DatabaseUri database = TestDatabase.fresh();
    private final FakeMcp modern = FakeMcp.start(true);
    private final FakeMcp legacy = FakeMcp.start(false);

    @BeforeEach
    void begin() throws IOException {
        write("reprise.yaml", "");
        write("mcp-servers/weather.yaml", "title: Weather office\nurl: " + modern.url() + "\n");
        write("mcp-servers/old.yaml", "url: " + legacy.url() + "\n");
        write("agents/clerk.yaml", "mcpServers: [weather, old]\n");
        write("agents/boss.yaml", "subagents: [clerk]\n");
        modern.calls.put("echo", asked -> {
            JsonObject answers = asked.params().getJsonObject("inputResponses");
            if (answers != null) asked.text(answers.encode() + asked.params().getString("requestState"));
            else
                asked.result(new JsonObject()
                        .put("resultType", "input_required")
                        .put("requestState", "state-7")
                        .put(
                                "inputRequests",
                                new JsonObject()
                                        .put(
                                                "where",
                                                new JsonObject()
                                                        .put("method", "elicitation/create")
                                                        .put("params", FORM))));
        });
        legacy.calls.put(
                "echo",
                asked -> legacy.ask(
                        asked,
                        FORM,
                        answer -> asked.response()
                                .end(FakeMcp.event(asked.answer(FakeMcp.textResult(answer.encode()))))));
    }

    @AfterEach
    void end() {
        modern.close();
        legacy.close();
    }

    @Test
    void an_answer_three_days_and_one_restart_later_is_in_time() throws Exception {
        String session;
        String interrupt;
        TestClient before;
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            before = tab;
            session = create(tab);
            JsonObject asked = asks(tab, session, "/tool weather_echo {\"text\":\"rain\"}");
            interrupt = asked.getString("id");

            assertThat(asked.getString("message")).isEqualTo("Which city?");
            assertThat(asked.getJsonObject("metadata").getString("server")).isEqualTo("Weather office");
            assertThat(asked.getJsonObject("responseSchema")).isEqualTo(FORM.getJsonObject("requestedSchema"));
        }
        threeDaysPass();
        try (TestServer server = start();
                TestClient tab = server.client("ada").adopt(before, session)) {
            tab.attachLive(session);

            JsonObject wrong = tab.ask(
                    "answer",
                    new JsonObject()
                            .put("session", session)
                            .put("interrupt", interrupt)
                            .put("decision", "accept")
                            .put("content", new JsonObject().put("city", 7)));
            String run = answer(tab, session, interrupt, "accept", new JsonObject().put("city", "Porto"));
            tab.awaitEnd(session, run);

            assertThat(wrong.getString("code")).isEqualTo("bad_request");
            assertThat(tab.text(session, run))
                    .contains("{\"action\":\"accept\",\"content\":{\"city\":\"Porto\",\"days\":2}}", "state-7");
            assertThat(modern.count("tools/call")).isEqualTo(2);
        }
    }

    @Test
    void in_the_older_protocol_the_open_call_gets_the_answer() throws Exception {
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            String session = create(tab);
            String interrupt = asks(tab, session, "/tool old_echo {}").getString("id");

            String run = answer(tab, session, interrupt, "decline", null);
            tab.awaitEnd(session, run);

            assertThat(tab.text(session, run)).contains("decline");
            assertThat(legacy.count("tools/call")).isOne();
        }
    }

    @Test
    void in_the_older_protocol_the_outcome_is_unknown_after_a_restart() throws Exception {
        String session;
        String interrupt;
        TestClient before;
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            before = tab;
            session = create(tab);
            interrupt = asks(tab, session, "/tool old_echo {}").getString("id");
        }
        try (TestServer server = start();
                TestClient tab = server.client("ada").adopt(before, session)) {
            tab.attachLive(session);
            String run = answer(tab, session, interrupt, "accept", new JsonObject().put("city", "Porto"));
            tab.awaitEnd(session, run);

            assertThat(server.messages(server.token("ada"), session, 10).encode())
                    .contains("it is unknown whether the call took effect");
            assertThat(legacy.count("tools/call")).isOne();
        }
    }

    @Test
    void a_stop_while_the_person_is_asked_cancels_the_call_at_the_server() throws Exception {
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            String session = create(tab);
            asks(tab, session, "/tool old_echo {}");

            tab.ask("stop", new JsonObject().put("session", session));

            await().atMost(Patience.LIMIT).until(() -> legacy.count("notifications/cancelled") > 0);
        }
    }

    @Test
    void a_question_inside_a_sub_agent_suspends_both_and_is_answered_after_a_restart() throws Exception {
        String task = new JsonObject().put("task", "/tool weather_echo {}").encode();
        String session;
        JsonObject asked;
        TestClient before;
        try (TestServer server = start();
                TestClient tab = server.client("ada")) {
            before = tab;
            session = create(tab, "boss");
            asked = asks(tab, session, "/tool agent_clerk " + task);

            List<JsonObject> events = LogOracle.of(server.database(), session)
                    .events(asked.getJsonObject("metadata").getString("run"));
            assertThat(events)
                    .filteredOn(each -> each.getString("type").equals("SUBAGENT_FINISHED"))
                    .singleElement()
                    .satisfies(each -> assertThat(each.getJsonObject("outcome").getString("type"))
                            .isEqualTo("suspended"));
            assertThat(events).noneMatch(each -> each.getString("type").equals("TOOL_CALL_RESULT"));
        }
        try (TestServer server = start();
                TestClient tab = server.client("ada").adopt(before, session)) {
            tab.attachLive(session);
            String run = answer(tab, session, asked.getString("id"), "accept", new JsonObject().put("city", "Porto"));
            tab.awaitEnd(session, run);

            assertThat(asked.getJsonObject("metadata").getJsonArray("subagents"))
                    .containsExactly("clerk");
            assertThat(tab.text(session, run)).contains("Porto", "state-7");
            List<JsonObject> events = LogOracle.of(server.database(), session).events(run);
            assertThat(events)
                    .filteredOn(each -> each.getString("type").equals("SUBAGENT_STARTED"))
                    .singleElement()
                    .satisfies(each ->
                            assertThat(each.getString("subagentRunId")).isEqualTo(asked.getString("subagentRunId")));
            assertThat(events)
                    .filteredOn(each -> each.getString("type").equals("TOOL_CALL_RESULT"))
                    .hasSize(2);
            assertThat(modern.count("tools/call")).isEqualTo(2);
        }
    }

    /** The interrupt that a message leads to. */
    private static JsonObject asks(TestClient tab, String session, String text) {
        String run = tab.send(session, text).getString("run");
        JsonObject outcome = event(tab.awaitEnd(session, run)).getJsonObject("outcome");
        assertThat(outcome.getString("type")).isEqualTo("interrupt");
        return outcome.getJsonArray("interrupts").getJsonObject(0);
    }

    private static String answer(
            TestClient tab, String session, String interrupt, String decision, JsonObject content) {
        JsonObject fields = new JsonObject()
                .put("session", session)
                .put("interrupt", interrupt)
                .put("decision", decision);
        if (content != null) fields.put("content", content);
        return tab.ask("answer", fields).getString("run");
    }

    /** All that is stored becomes three days older, which is the same as a clock that goes three days ahead. */
    private void threeDaysPass() throws SQLException {
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("""
                    UPDATE interrupt SET created_at = created_at - interval '3 days', expires_at = expires_at - interval '3 days';
                    UPDATE run SET started_at = started_at - interval '3 days', ended_at = ended_at - interval '3 days';
                    UPDATE checkpoint SET at = at - interval '3 days';
                    UPDATE session SET created_at = created_at - interval '3 days', updated_at = updated_at - interval '3 days'""");
        }
    }

    private static String create(TestClient tab) {
        return create(tab, "clerk");
    }

    private static String create(TestClient tab, String agent) {
        String session = tab.ask("create", new JsonObject().put("agent", agent)).getString("session");
        tab.attachLive(session);
        return session;
    }

    private TestServer start() {
        Map<String, String> settings = new HashMap<>(Map.of("outgoing.allow", "127.0.0.0/8", "mcp.runMs", "30000"));
        return TestServer.startWithFile(folder.resolve("reprise.yaml"), database, settings);
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
