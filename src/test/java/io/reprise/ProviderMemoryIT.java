package io.reprise;

import static io.reprise.testing.TestClient.event;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.model.provider.FakeAnswer.Finish;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.Wire;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.ServerProcess;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
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
                connect(provider, "far", posting(server));
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

    /** The turn was made before the kill: the run goes on from its checkpoint, and the next one begins with the log. */
    @Test
    void a_turn_is_sent_back_whole_by_a_run_that_goes_on_after_a_kill_and_by_the_next_one() throws Exception {
        Map<String, String> settings = Map.of(
                "database.url",
                TestDatabase.fresh().reveal(),
                "run.restartsMax",
                "5",
                "sessions.titles",
                "off", // The call for a title would be taken for that of the next run.
                "catalog.secretFolders",
                folder.toString());
        List<FakeProvider> providers =
                Stream.of(Wire.values()).map(FakeProvider::start).toList();
        try {
            Map<Wire, JsonObject> begun = new EnumMap<>(Wire.class);
            try (ServerProcess server = ServerProcess.start(settings);
                    TestClient tab = server.client("ada")) {
                for (FakeProvider provider : providers) {
                    String name = provider.wire.provider();
                    connect(
                            provider,
                            name,
                            (path, body) -> server.call("POST", path, server.token("root", "admin"), body));
                    begun.put(provider.wire, sent(tab, tab.create(), name, "What time is it?"));
                    provider.take()
                            .answer()
                            .thinking("A clock ")
                            .thinking("is needed.")
                            .tool(0, "call_1", "time")
                            .finish(Finish.TOOLS, 10, 5);
                    provider.take();
                }
                server.kill();
            }
            try (ServerProcess server = ServerProcess.start(settings);
                    TestClient tab = server.client("ada")) {
                for (FakeProvider provider : providers) {
                    JsonObject run = begun.get(provider.wire);
                    String session = run.getString("session");
                    tab.attachLive(session);
                    assertWhole(provider.wire, answered(provider).body());
                    tab.awaitEnd(session, run.getString("run"));
                    JsonObject next = sent(tab, session, provider.wire.provider(), "And?");
                    assertWhole(provider.wire, answered(provider).body());
                    tab.awaitEnd(session, next.getString("run"));
                }
            }
        } finally {
            providers.forEach(FakeProvider::close);
        }
    }

    /** The session and the run. */
    private static JsonObject sent(TestClient tab, String session, String model, String text) {
        JsonObject message =
                new JsonObject().put("session", session).put("text", text).put("model", model);
        String run = tab.ask("send", message).getString("run");
        return new JsonObject().put("session", session).put("run", run);
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
    private void connect(FakeProvider provider, String name, BiFunction<String, String, HttpResponse<String>> post)
            throws IOException {
        Path key = Files.writeString(folder.resolve("key"), Wire.KEY);
        JsonObject settings = new JsonObject()
                .put("type", provider.wire.provider())
                .put(provider.wire == Wire.AZURE ? "endpoint" : "baseUrl", provider.url())
                .put("apiKey", "file:" + key);
        JsonObject model =
                new JsonObject().put("provider", name).put("name", "small-1").put("default", true);
        if (provider.wire == Wire.ANTHROPIC) model.put("thinkingTokens", 2048);
        create(post, "providers", name, settings);
        create(post, "models", name, model);
    }

    private static void create(
            BiFunction<String, String, HttpResponse<String>> post, String kind, String name, JsonObject settings) {
        JsonObject entry = new JsonObject().put("name", name).put("settings", settings);
        HttpResponse<String> made = post.apply("/api/v1/" + kind, entry.encode());
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
    }

    private static BiFunction<String, String, HttpResponse<String>> posting(TestServer server) {
        return (path, body) -> server.call("POST", path, server.token("root", "admin"), body);
    }

    private static Call answered(FakeProvider provider) throws InterruptedException {
        Call call = provider.take();
        call.answer().text("Yes.").done();
        return call;
    }
}
