package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.reprise.model.provider.FakeAnswer;
import io.reprise.model.provider.FakeAnswer.Finish;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.Wire;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.AguiVerifier;
import io.reprise.testing.LogLines;
import io.reprise.testing.LogOracle;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole server with a model of a provider. */
@Timeout(300)
class ModelIT {
    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "ANTHROPIC", "OLLAMA"})
    void a_conversation_with_a_tool_is_sent_to_the_provider_and_its_answer_is_read(Wire wire) throws Exception {
        DatabaseUri database = TestDatabase.fresh();
        try (FakeProvider provider = FakeProvider.start(wire);
                TestServer server = start(database, provider, Map.of("model.systemPrompt", "Be brief."));
                TestClient tab = server.client("ada")) {
            String session = attached(tab);

            // When the model thinks, calls a tool, sees its result, and is called again
            String first = tab.send(session, "What time is it?").getString("run");
            provider.take()
                    .answer()
                    .thinking("A clock is needed.")
                    .text("Let me see.")
                    .tool(0, "call_1", "time", "{\"zo", "ne\":\"UTC\"}")
                    .finish(Finish.TOOLS, 10, 5);
            provider.take().answer().text("It is ").text("noon.").finish(Finish.STOP, 20, 3);
            JsonObject end = tab.awaitEnd(session, first);
            String second = tab.send(session, "Thanks.").getString("run");
            Call last = provider.take();
            last.answer().text("Welcome.").done();
            tab.awaitEnd(session, second);

            // Then readers see all of it in order
            assertThat(type(end)).isEqualTo("RUN_FINISHED");
            assertThat(tab.text(session, first)).isEqualTo("Let me see.It is noon.");
            JsonObject usage = event(end).getJsonArray("usage").getJsonObject(0);
            assertThat(usage.getString("provider")).isEqualTo(wire.provider());
            assertThat(usage.getString("model")).isEqualTo("small-1");
            assertThat(usage.getInteger("inputTokens")).isEqualTo(30);
            assertThat(usage.getInteger("outputTokens")).isEqualTo(8);
            LogOracle.of(database, session).assertEndsWell(first);
            // and the provider was sent all of it, each result with its call
            wire.assertConversation(
                    last.body(),
                    "Be brief.",
                    List.of(
                            "What time is it?",
                            "Let me see.",
                            "time {\"zone\":\"UTC\"}",
                            "result",
                            "It is noon.",
                            "Thanks."));
            assertThat(wire.key(last.headers())).isEqualTo(Wire.KEY);
            assertThat(wire.tools(last.body())).contains("time", "sleep");
        }
    }

    @Test
    void a_recall_that_sees_a_summary_lets_the_model_make_one_and_the_next_one_uses_it() throws Exception {
        DatabaseUri database = TestDatabase.fresh();
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                TestServer server = start(database, provider, Map.of("model.systemPrompt", "Be brief."));
                TestClient tab = server.client("ada")) {
            String session = attached(tab);
            String run = tab.send(session, "Who won?").getString("run");
            provider.take().answer().text("Ada did.").done();
            tab.awaitEnd(session, run);
            String path = "/api/v1/sessions/" + session + "/recalls";
            String now = "{\"text\":\"Look again.\",\"context\":\"summary\",\"schedule\":{\"kind\":\"immediate\"}}";

            server.call("POST", path, server.token("ada"), now);
            Call summary = provider.take();
            summary.answer().text("Ada won.").done();
            Call first = provider.take();
            first.answer().text("Still Ada.").done();
            tab.awaitThat("two runs", () -> ends(tab, session) == 2);
            server.call("POST", path, server.token("ada"), now);
            Call second = provider.take();
            second.answer().text("Ada, as before.").done();
            tab.awaitThat("three runs", () -> ends(tab, session) == 3);

            assertThat(summary.body().encode()).contains("User: Who won?").contains("Assistant: Ada did.");
            assertThat(first.body().encode())
                    .contains("Summary of that part:", "Ada won.", "Look again.")
                    .doesNotContain("Who won?");
            assertThat(second.body().encode())
                    .contains("Summary of that part:", "Ada won.", "Still Ada.", "Look again.")
                    .doesNotContain("Who won?");
            assertThat(provider.calls).hasSize(4);
        }
    }

    private static long ends(TestClient tab, String session) {
        return tab.events(session).stream()
                .filter(event -> type(event).equals("RUN_FINISHED"))
                .count();
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "ANTHROPIC", "OLLAMA"})
    void a_stop_ends_the_run_and_the_call_of_the_provider(Wire wire) throws Exception {
        List<Consumer<FakeAnswer>> states = List.of(
                answer -> {},
                FakeAnswer::head,
                answer -> answer.text("It beg"),
                answer -> answer.thinking("hm"),
                answer -> answer.tool(0, "call_1", "time", "{\"zo"));
        DatabaseUri database = TestDatabase.fresh();
        try (FakeProvider provider = FakeProvider.start(wire);
                TestServer server = start(database, provider, Map.of("run.stopGraceMs", "10000"));
                LogLines log = LogLines.of("io.reprise.agent.run.AgentRun");
                TestClient tab = server.client("ada")) {
            for (Consumer<FakeAnswer> state : states) {
                // Given a run whose model is in this state
                String session = attached(tab);
                String run = tab.send(session, "hello").getString("run");
                Call call = provider.take();
                state.accept(call.answer());
                tab.awaitThat(
                        "a step",
                        () -> tab.events(session).stream()
                                .anyMatch(event -> type(event).equals("STEP_STARTED")));

                tab.ask("stop", new JsonObject().put("session", session));

                JsonObject end = tab.awaitEnd(session, run);
                assertThat(type(end)).isEqualTo("RUN_FINISHED");
                assertThat(event(end).getJsonObject("outcome").getString("type"))
                        .isEqualTo("cancelled");
                call.awaitGone();
                LogOracle.of(database, session).assertEndsWell(run);
                await().untilAsserted(() ->
                        assertThat(log.with("run ended")).last(STRING).contains(run, "cancelled"));
            }
            assertThat(log.with("run ignored its stop")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "ANTHROPIC", "OLLAMA"})
    void a_failure_is_reported_and_its_cause_is_logged_without_the_api_key(Wire wire) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire);
                TestServer server = start(TestDatabase.fresh(), provider, Map.of());
                LogLines log = LogLines.of("io.reprise.agent.loop.AgentLoop");
                TestClient tab = server.client("ada")) {
            String session = attached(tab);

            String run = tab.send(session, "hello").getString("run");
            provider.take().answer().refuse(429, "rate_limit_error", "slow down, " + Wire.KEY, "retry-after", "20");

            JsonObject end = event(tab.awaitEnd(session, run));
            assertThat(end.getString("code")).isEqualTo("too_many_requests");
            assertThat(end.getString("message")).contains("try again in 20 s");
            assertThat(log.with(run)).hasSize(1).noneMatch(line -> line.contains(Wire.KEY));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "ANTHROPIC", "OLLAMA"})
    void an_empty_answer_is_an_error(Wire wire) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire);
                TestServer server = start(TestDatabase.fresh(), provider, Map.of());
                TestClient tab = server.client("ada")) {
            String session = attached(tab);

            String run = tab.send(session, "hello").getString("run");
            provider.take().answer().done();

            JsonObject end = event(tab.awaitEnd(session, run));
            assertThat(end.getString("code")).isEqualTo("model_error");
            assertThat(end.getString("message")).contains("returned an empty answer");
        }
    }

    /**
     * Symptom: data that a provider expects back was lost after a run, a restart or a fork; it then refused all later
     * requests.
     */
    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "ANTHROPIC", "OLLAMA"})
    void a_model_receives_its_reasoning_in_the_run_the_next_one_after_a_restart_and_in_a_fork(Wire wire)
            throws Exception {
        DatabaseUri database = TestDatabase.fresh();
        Map<String, String> thinking =
                wire == Wire.ANTHROPIC ? Map.of("model.anthropic.thinkingTokens", "2048") : Map.of();
        List<Call> asked = new ArrayList<>();
        String session;
        String fork;
        try (FakeProvider provider = FakeProvider.start(wire)) {
            try (TestServer server = start(database, provider, thinking);
                    TestClient tab = server.client("ada")) {
                session = attached(tab);
                String run = tab.send(session, "What time is it?").getString("run");
                provider.take()
                        .answer()
                        .thinking("A clock ")
                        .thinking("is needed.")
                        .tool(0, "call_1", "time")
                        .finish(Finish.TOOLS, 10, 5);
                asked.add(answered(provider));
                tab.awaitEnd(session, run);
                asked.add(said(tab, session, provider));
                String last = messages(server, session).getJsonObject(4).getString("id");
                fork = new JsonObject(server.call(
                                        "POST",
                                        "/api/v1/sessions/" + session + "/fork",
                                        server.token("ada"),
                                        new JsonObject().put("message", last).encode())
                                .body())
                        .getString("session");
                assertThat(withoutWhoAnswered(messages(server, session)).encode())
                        .as("what belongs to the provider alone names its model")
                        .doesNotContain("small-1");
            }
            try (TestServer server = start(database, provider, thinking);
                    TestClient tab = server.client("ada")) {
                tab.attachLive(session);
                asked.add(said(tab, session, provider));
                tab.attachLive(fork);
                asked.add(said(tab, fork, provider));
            }
        }

        assertThat(asked).hasSize(4).allSatisfy(call -> {
            JsonObject turn = call.body().getJsonArray("messages").stream()
                    .map(JsonObject.class::cast)
                    .filter(message -> message.getString("role").equals("assistant"))
                    .findFirst()
                    .orElseThrow();
            switch (wire) {
                case OPENAI -> assertThat(turn.getString("reasoning_content")).isEqualTo("A clock is needed.");
                case OLLAMA -> assertThat(turn.getString("thinking")).isEqualTo("A clock is needed.");
                case ANTHROPIC ->
                    assertThat(turn.getJsonArray("content").getJsonObject(0))
                            .isEqualTo(new JsonObject()
                                    .put("type", "thinking")
                                    .put("thinking", "A clock is needed.")
                                    .put("signature", "signed-0"));
            }
        });
        StoredLog log = StoredLog.of(database, session).assertWhole();
        assertThat(log.eventsOfRuns().getFirst())
                .extracting(event -> event.getString("type"))
                .contains("REASONING_ENCRYPTED_VALUE");
        AguiVerifier.assertValid(log.eventsOfRuns());
    }

    private static Call answered(FakeProvider provider) throws InterruptedException {
        Call call = provider.take();
        call.answer().text("Yes.").done();
        return call;
    }

    private static Call said(TestClient tab, String session, FakeProvider provider) throws InterruptedException {
        String run = tab.send(session, "And?").getString("run");
        Call call = answered(provider);
        tab.awaitEnd(session, run);
        return call;
    }

    private static JsonArray withoutWhoAnswered(JsonArray messages) {
        messages.stream()
                .map(message -> ((JsonObject) message).getJsonObject("metadata"))
                .forEach(metadata -> List.of("model", "usage").forEach(metadata::remove));
        return messages;
    }

    private static JsonArray messages(TestServer server, String session) {
        return new JsonObject(server.call("GET", "/api/v1/sessions/" + session + "/messages", server.token("ada"), null)
                        .body())
                .getJsonArray("messages");
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "ANTHROPIC", "OLLAMA"})
    void a_server_that_stops_ends_its_calls(Wire wire) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire)) {
            TestServer server = start(TestDatabase.fresh(), provider, Map.of());
            Call silent;
            Call speaking;
            try (TestClient tab = server.client("ada")) {
                tab.send(tab.create(), "hello");
                silent = provider.take();
                tab.send(tab.create(), "hello");
                speaking = provider.take();
                speaking.answer().text("It beg");
            } finally {
                server.stop();
            }

            silent.awaitGone();
            speaking.awaitGone();
        }
    }

    private static TestServer start(DatabaseUri database, FakeProvider provider, Map<String, String> more) {
        return TestServer.start(database, provider.wire.settings(provider.url(), more));
    }

    private static String attached(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        return session;
    }
}
