package io.reprise;

import static io.reprise.testing.TestClient.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.model.provider.FakeAnswer.Finish;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.Wire;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What providers of the catalogue want back with a turn reaches them whatever becomes of the run and its session. */
@Timeout(300)
class ProviderMemoryIT {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @EnumSource
    void a_turn_is_sent_back_whole_after_an_approval_a_restart_and_in_a_fork(Wire wire) throws Exception {
        DatabaseUri database = TestDatabase.fresh();
        Map<String, String> settings = Map.of("interrupts.tools", "time", "catalog.secretFolders", folder.toString());
        List<Call> asked = new ArrayList<>();
        String session;
        String interrupt;
        try (FakeProvider provider = FakeProvider.start(wire)) {
            try (TestServer server = TestServer.start(database, settings);
                    TestClient tab = server.client("ada")) {
                connect(server, provider);
                session = tab.create();
                tab.attachLive(session);
                String run = tab.send(session, "What time is it?").getString("run");
                provider.take()
                        .answer()
                        .thinking("A clock ")
                        .thinking("is needed.")
                        .tool(0, "call_1", "time")
                        .finish(Finish.TOOLS, 10, 5);
                JsonObject outcome = event(tab.awaitEnd(session, run)).getJsonObject("outcome");
                interrupt = outcome.getJsonArray("interrupts").getJsonObject(0).getString("id");
            }
            String fork;
            try (TestServer server = TestServer.start(database, settings);
                    TestClient tab = server.client("ada")) {
                tab.attachLive(session);
                JsonObject approval = new JsonObject()
                        .put("session", session)
                        .put("interrupt", interrupt)
                        .put("decision", "approve");
                String run = tab.ask("answer", approval).getString("run");
                asked.add(answered(provider));
                tab.awaitEnd(session, run);
                JsonArray messages = new JsonObject(server.call(
                                        "GET", "/api/v1/sessions/" + session + "/messages", server.token("ada"), null)
                                .body())
                        .getJsonArray("messages");
                String last = messages.getJsonObject(messages.size() - 1).getString("id");
                fork = new JsonObject(server.call(
                                        "POST",
                                        "/api/v1/sessions/" + session + "/fork",
                                        server.token("ada"),
                                        new JsonObject().put("message", last).encode())
                                .body())
                        .getString("session");
            }
            try (TestServer server = TestServer.start(database, settings);
                    TestClient tab = server.client("ada")) {
                for (String one : List.of(session, fork)) {
                    tab.attachLive(one);
                    String run = tab.send(one, "And?").getString("run");
                    asked.add(answered(provider));
                    tab.awaitEnd(one, run);
                }
            }
        }

        assertThat(asked).hasSize(3).allSatisfy(call -> assertWhole(wire, call.body()));
    }

    private static void assertWhole(Wire wire, JsonObject body) {
        JsonObject turn = body.getJsonArray(wire == Wire.GEMINI ? "contents" : "messages").stream()
                .map(JsonObject.class::cast)
                .filter(message -> List.of("assistant", "model").contains(message.getString("role")))
                .findFirst()
                .orElseThrow();
        switch (wire) {
            case GEMINI ->
                assertThat(turn.getJsonArray("parts").getJsonObject(0).getString("thoughtSignature"))
                        .isEqualTo("signed-time");
            case MISTRAL ->
                assertThat(turn.getJsonArray("content").getJsonObject(0).encode())
                        .contains("thinking", "A clock is needed.");
            case ANTHROPIC ->
                assertThat(turn.getJsonArray("content").getJsonObject(0))
                        .isEqualTo(new JsonObject()
                                .put("type", "thinking")
                                .put("thinking", "A clock is needed.")
                                .put("signature", "signed-0"));
            case OLLAMA -> assertThat(turn.getString("thinking")).isEqualTo("A clock is needed.");
            case OPENAI, AZURE, HUGGINGFACE ->
                assertThat(turn.getString("reasoning_content")).isEqualTo("A clock is needed.");
        }
    }

    /** An administrator makes a provider and its model, which answers where none is named. */
    private void connect(TestServer server, FakeProvider provider) throws IOException {
        Path key = Files.writeString(folder.resolve("key"), Wire.KEY);
        JsonObject settings = new JsonObject()
                .put("type", provider.wire.provider())
                .put(provider.wire == Wire.AZURE ? "endpoint" : "baseUrl", provider.url())
                .put("apiKey", "file:" + key);
        create(server, "providers", settings);
        JsonObject model =
                new JsonObject().put("provider", "far").put("name", "small-1").put("default", true);
        if (provider.wire == Wire.ANTHROPIC) model.put("thinkingTokens", 2048);
        create(server, "models", model);
    }

    private static void create(TestServer server, String kind, JsonObject settings) {
        String body =
                new JsonObject().put("name", "far").put("settings", settings).encode();
        assertThat(server.call("POST", "/api/v1/" + kind, server.token("root", "admin"), body)
                        .statusCode())
                .isEqualTo(201);
    }

    private static Call answered(FakeProvider provider) throws InterruptedException {
        Call call = provider.take();
        call.answer().text("Yes.").done();
        return call;
    }
}
