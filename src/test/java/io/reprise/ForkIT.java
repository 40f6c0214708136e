package io.reprise;

import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.model.provider.FakeAnswer.Finish;
import io.reprise.model.provider.FakeProvider;
import io.reprise.model.provider.Wire;
import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.LogOracle;
import io.reprise.testing.StoredLog;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.testing.Transcript;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Sessions that begin with a copy of another one. */
class ForkIT {
    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(DATABASE, Map.of("sessions.forkBytesMax", "100000"));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_fork_contains_the_conversation_up_to_the_message_and_nothing_incomplete() {
        try (TestClient tab = server.client("ada")) {
            String source = attached(tab);
            run(tab, source, "/echo void");
            run(tab, source, "/think 3");
            run(tab, source, "/tool time {}");
            JsonObject again = new JsonObject()
                    .put("session", source)
                    .put("message", history(source).getJsonObject(0).getString("id"))
                    .put("text", "/tool time {}");
            tab.awaitEnd(source, tab.ask("regenerate", again).getString("run"));
            run(tab, source, "/fail 500");
            run(tab, source, "/think 3");
            run(tab, source, "/echo left out");
            JsonArray messages = history(source);
            int count = messages.size() - 2;

            String fork = fork(source, messages.getJsonObject(count - 1).getString("id"));

            assertThat(shown(history(fork))).isEqualTo(shown(messages).subList(0, count));
            StoredLog log = StoredLog.of(DATABASE, fork).assertWhole();
            LogOracle oracle = LogOracle.of(DATABASE, fork);
            oracle.runs().forEach(oracle::assertEndsWell);
            // And a tab is shown the same by the snapshot as by all events from the first one on
            tab.attachLive(fork);
            try (TestClient other = server.client("ada")) {
                other.place(fork, log.epoch(), 0).attachLive(fork);
                oracle.assertIs(other.events(fork), 0, log.head());
                assertThat(Transcript.of(other, fork)).containsExactlyEntriesOf(Transcript.of(tab, fork));
            }
            assertThat(Transcript.of(tab, fork)).containsExactlyEntriesOf(Transcript.of(history(fork)));
        }
    }

    @Test
    void a_fork_works_like_any_session_and_its_source_is_unchanged() {
        try (TestClient tab = server.client("ada")) {
            String source = attached(tab);
            call("PATCH", "/sessions/" + source, "ada", "{\"title\":\"Quokkas\"}");
            run(tab, source, "/echo one quokka");
            run(tab, source, "/echo two");
            JsonArray messages = history(source);
            StoredLog before = StoredLog.of(DATABASE, source);
            String last = messages.getJsonObject(3).getString("id");

            String fork = fork(source, last);

            JsonObject summary =
                    new JsonObject(call("GET", "/sessions/" + fork, "ada", null).body());
            assertThat(summary.getString("title")).isEqualTo("Quokkas (fork)");
            assertThat(summary.getString("preview")).isEqualTo("/echo one quokka");
            assertThat(summary.getJsonObject("metadata").getJsonObject("forkedFrom"))
                    .isEqualTo(new JsonObject().put("session", source).put("message", last));
            assertThat(summary.getBoolean("running")).isFalse();
            assertThat(call("GET", "/sessions?q=one%20quokka", "ada", null).body())
                    .contains(fork, source);
            assertThat(call("GET", "/sessions/" + fork + "/export", "ada", null).body())
                    .contains("one quokka", "two");
            // When a copied message is regenerated and another one is sent
            tab.attachLive(fork);
            JsonObject again = new JsonObject()
                    .put("session", fork)
                    .put("message", messages.getJsonObject(2).getString("id"))
                    .put("text", "/echo 2");
            tab.awaitEnd(fork, tab.ask("regenerate", again).getString("run"));
            run(tab, fork, "/echo three");
            assertThat(contents(fork))
                    .containsExactly("/echo one quokka", "one quokka", "/echo 2", "2", "/echo three", "three");
            StoredLog.of(DATABASE, fork).assertWhole();
            assertThat(StoredLog.of(DATABASE, source))
                    .usingRecursiveComparison()
                    .isEqualTo(before);
        }
    }

    /** Symptom: a client that sent back the metadata that it had read brought back the id of an erased session. */
    @Test
    void new_metadata_neither_names_another_source_nor_brings_back_one_that_was_erased() {
        try (TestClient tab = server.client("ada")) {
            String source = attached(tab);
            run(tab, source, "/echo one");
            String fork = fork(source, history(source).getJsonObject(1).getString("id"));
            JsonObject before = metadata(fork);
            JsonObject wrong = before.copy().put("colour", "red");
            wrong.getJsonObject("forkedFrom").put("session", "s_other");

            changeMetadata(fork, wrong);
            assertThat(metadata(fork)).isEqualTo(before.copy().put("colour", "red"));
            changeMetadata(fork, new JsonObject().put("colour", "blue"));
            assertThat(metadata(fork)).isEqualTo(new JsonObject().put("colour", "blue"));
            changeMetadata(fork, before);
            call("DELETE", "/sessions/" + source, "ada", null);
            assertThat(metadata(fork).getJsonObject("forkedFrom").fieldNames()).containsExactly("message");
            changeMetadata(fork, before);

            assertThat(metadata(fork).getJsonObject("forkedFrom").fieldNames()).containsExactly("message");
            assertThat(StoredLog.of(DATABASE, fork).rows().toString()).doesNotContain(source);
        }
    }

    private static JsonObject metadata(String session) {
        return new JsonObject(call("GET", "/sessions/" + session, "ada", null).body()).getJsonObject("metadata");
    }

    private static void changeMetadata(String session, JsonObject metadata) {
        String body = new JsonObject().put("metadata", metadata).encode();
        assertThat(call("PATCH", "/sessions/" + session, "ada", body).statusCode())
                .isEqualTo(200);
    }

    @Test
    void an_active_run_continues_in_the_source_and_is_ended_in_the_fork() {
        try (TestClient tab = server.client("ada")) {
            String source = attached(tab);
            String run = tab.send(source, "/tool sleep {\"seconds\": 60}").getString("run");
            tab.awaitThat("a call", () -> tab.events(source).stream().anyMatch(e -> type(e).equals("TOOL_CALL_END")));
            JsonObject asked = history(source).getJsonObject(1);

            String fork = fork(source, asked.getString("id"));

            StoredLog log = StoredLog.of(DATABASE, fork).assertWhole();
            assertThat(log.run(run).outcome()).isEqualTo("cancelled");
            assertThat(history(fork).getJsonObject(2).getJsonObject("metadata").getString("status"))
                    .isEqualTo("cancelled");
            assertThat(StoredLog.of(DATABASE, source).run(run).outcome()).isNull();
            tab.attachLive(fork);
            run(tab, fork, "/echo on");
            tab.ask("stop", new JsonObject().put("session", source));
            tab.awaitEnd(source, run);
        }
    }

    @Test
    void the_model_receives_the_same_context_in_the_fork() throws Exception {
        DatabaseUri database = TestDatabase.fresh();
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                TestServer own = TestServer.start(
                        database, provider.wire.settings(provider.url(), Map.of("sessions.titles", "off")));
                TestClient tab = own.client("ada")) {
            String source = attached(tab);
            String first = tab.send(source, "What time is it?").getString("run");
            provider.take()
                    .answer()
                    .thinking("A clock is needed.")
                    .text("Let me see.")
                    .tool(0, "call_1", "time", "{\"zone\":\"UTC\"}")
                    .finish(Finish.TOOLS, 10, 5);
            provider.take().answer().text("It is noon.").finish(Finish.STOP, 20, 3);
            tab.awaitEnd(source, first);
            JsonArray messages = messages(own, source);
            String last = messages.getJsonObject(messages.size() - 1).getString("id");

            String fork = forked(own, "ada", source, new JsonObject().put("message", last), "k1")
                    .getString("session");
            tab.send(source, "Thanks.");
            JsonObject inSource = provider.take().body();
            tab.send(fork, "Thanks.");
            JsonObject inFork = provider.take().body();

            assertThat(inSource.getJsonArray("messages").size()).isGreaterThanOrEqualTo(5);
            assertThat(inFork.getJsonArray("messages")).isEqualTo(inSource.getJsonArray("messages"));
        }
    }

    @Test
    void a_repeat_returns_the_same_fork_also_after_the_source_was_deleted() {
        try (TestClient tab = server.client("ada")) {
            String source = attached(tab);
            run(tab, source, "/echo one");
            String message = history(source).getJsonObject(1).getString("id");
            JsonObject body = new JsonObject().put("message", message);
            String key = UUID.randomUUID().toString();

            JsonObject first = forked(server, "ada", source, body, key);
            call("DELETE", "/sessions/" + source, "ada", null);
            JsonObject again = forked(server, "ada", source, body, key);
            JsonObject other = forked(server, "ada", source, new JsonObject().put("message", "other"), key);

            assertThat(again.getBoolean("duplicate")).isTrue();
            assertThat(again.getString("session")).isEqualTo(first.getString("session"));
            assertThat(again.getString("epoch")).isEqualTo(first.getString("epoch"));
            assertThat(other.getString("code")).isEqualTo("conflict");
            assertThat(contents(first.getString("session"))).containsExactly("/echo one", "one");
        }
    }

    @Test
    void forks_of_foreign_unknown_or_erased_messages_are_not_found_and_long_ones_are_too_large() {
        try (TestClient tab = server.client("ada")) {
            String source = attached(tab);
            run(tab, source, "/echo one");
            String message = history(source).getJsonObject(1).getString("id");

            assertThat(codeOf("bob", source, message)).isEqualTo("not_found");
            assertThat(codeOf("ada", source, "m_none")).isEqualTo("not_found");
            assertThat(codeOf("ada", "s_none", message)).isEqualTo("not_found");
            run(tab, source, "/stream 30000 0");
            assertThat(codeOf("ada", source, message)).isEqualTo("too_large");
            call("POST", "/sessions/" + source + "/clear", "ada", "{}");
            assertThat(codeOf("ada", source, message)).isEqualTo("not_found");
        }
    }

    // --- helpers

    private static String codeOf(String user, String source, String message) {
        return forked(
                        server,
                        user,
                        source,
                        new JsonObject().put("message", message),
                        UUID.randomUUID().toString())
                .getString("code");
    }

    private static String fork(String source, String message) {
        JsonObject result = forked(
                server,
                "ada",
                source,
                new JsonObject().put("message", message),
                UUID.randomUUID().toString());
        assertThat(result.getString("session")).as(result.encode()).isNotNull();
        return result.getString("session");
    }

    private static JsonObject forked(TestServer of, String user, String source, JsonObject body, String key) {
        return new JsonObject(of.call(
                        "POST",
                        "/api/v1/sessions/" + source + "/fork",
                        of.token(user),
                        body.encode(),
                        Map.of("Idempotency-Key", key))
                .body());
    }

    private static HttpResponse<String> call(String method, String path, String user, String body) {
        return server.call(method, "/api/v1" + path, server.token(user), body);
    }

    private static String attached(TestClient tab) {
        String session = tab.create();
        tab.attachLive(session);
        return session;
    }

    private static void run(TestClient tab, String session, String text) {
        tab.awaitEnd(session, tab.send(session, text).getString("run"));
    }

    private static JsonArray history(String session) {
        return messages(server, session);
    }

    private static JsonArray messages(TestServer of, String session) {
        String path = "/api/v1/sessions/" + session + "/messages?limit=200";
        return new JsonObject(of.call("GET", path, of.token("ada"), null).body()).getJsonArray("messages");
    }

    private static List<String> contents(String session) {
        return history(session).stream()
                .map(message -> ((JsonObject) message).getString("content"))
                .toList();
    }

    /** All but the numbers in the log and the usage, which counts only in the original. */
    private static List<JsonObject> shown(JsonArray messages) {
        return messages.stream()
                .map(message -> ((JsonObject) message).copy())
                .peek(message -> List.of("seq", "usage", "durationMs", "contextUse")
                        .forEach(message.getJsonObject("metadata")::remove))
                .toList();
    }
}
