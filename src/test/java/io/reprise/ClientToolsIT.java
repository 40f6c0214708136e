package io.reprise;

import static io.reprise.testing.TestClient.event;
import static io.reprise.testing.TestClient.type;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools that the client declares and executes. */
@Timeout(300)
class ClientToolsIT {
    private static final JsonArray TOOLS = new JsonArray("""
            [{"name": "pick_colour", "description": "Asks the page for a colour",
              "parameters": {"type": "object", "properties": {"of": {"type": "string"}}}},
             {"name": "zoom"}]""");
    private static final String PICK = "/tool pick_colour {\"of\":\"door\"}";
    private static final String CANCELLED = "The call was cancelled before its client gave a result.";

    private final DatabaseUri database = TestDatabase.fresh();
    private TestServer server;
    private TestClient tab;
    private String session;

    @BeforeEach
    void start() {
        open();
        session = tab.create();
        tab.attachLive(session);
    }

    private void open() {
        server = TestServer.start(
                database, Map.of("tools.client.declaredMax", "2", "tools.client.resultBytesMax", "256"));
        tab = server.client("ada");
    }

    @AfterEach
    void stop() {
        tab.close();
        server.close();
    }

    @Test
    void a_call_ends_the_run_without_a_result_and_the_clients_result_starts_one_that_goes_on() {
        String run = send(PICK);
        JsonObject end = event(tab.awaitEnd(session, run));
        String call = pending(end).getString(0);

        assertThat(end.getJsonObject("outcome").getString("type")).isEqualTo("success");
        assertThat(typesOf(run, call)).containsExactly("TOOL_CALL_START", "TOOL_CALL_ARGS", "TOOL_CALL_END");
        JsonObject result = results(result(call, "blue"));
        String next = result.getString("run");
        tab.awaitEnd(session, next);

        assertThat(result.getJsonArray("open")).isEmpty();
        assertThat(typesOf(next, call)).containsExactly("TOOL_CALL_RESULT");
        assertThat(tab.text(session, next)).isEqualTo("`pick_colour` answered: blue");
        assertThat(event(tab.awaitEnd(session, next)).getJsonObject("outcome").containsKey("pendingToolCallIds"))
                .isFalse();
    }

    @Test
    void calls_of_the_server_in_the_same_step_have_their_results_and_those_of_the_client_wait() {
        String run = send(PICK + "\n/tool time {}\n/tool zoom {}");
        JsonArray pending = pending(event(tab.awaitEnd(session, run)));

        assertThat(pending).hasSize(2);
        assertThat(resultsIn(run)).as("that of the clock").hasSize(1);
        JsonObject first = results(result(pending.getString(0), "red"));
        assertThat(first.containsKey("run")).isFalse();
        assertThat(first.getJsonArray("open")).hasSize(1);
        JsonObject failed =
                new JsonObject().put("toolCallId", pending.getString(1)).put("error", "no screen");
        String next = results(failed).getString("run");
        tab.awaitEnd(session, next);

        assertThat(tab.text(session, next))
                .contains("`pick_colour` answered: red")
                .contains("no screen");
        assertThat(resultsIn(next).stream()
                        .map(e -> e.getJsonObject("metadata", new JsonObject()).getString("status")))
                .containsExactlyInAnyOrder(null, "error");
    }

    @Test
    void a_pending_call_outlives_the_server_and_whoever_attaches_learns_what_it_needs() {
        String call = pendingCall();
        tab.close();
        server.close();
        open();

        JsonObject attached = tab.attachLive(session);
        JsonObject waits = attached.getJsonArray("pendingToolCalls").getJsonObject(0);
        assertThat(waits.getString("toolCallId")).isEqualTo(call);
        assertThat(waits.getString("name")).isEqualTo("pick_colour");
        assertThat(new JsonObject(waits.getString("arguments"))).isEqualTo(new JsonObject().put("of", "door"));
        assertThat(attached.getJsonArray("interrupts")).isEmpty();
        String next = results(result(call, "green")).getString("run");
        tab.awaitEnd(session, next);
        assertThat(tab.text(session, next)).isEqualTo("`pick_colour` answered: green");
        assertThat(tab.attachLive(session).containsKey("pendingToolCalls")).isFalse();
    }

    @Test
    void the_first_of_two_tabs_wins_and_a_repeat_of_its_command_has_the_same_result() {
        String call = pendingCall();
        JsonObject fields = fields(result(call, "blue"));
        String id = UUID.randomUUID().toString();
        try (TestClient other = server.client("ada")) {
            JsonObject first = tab.ask("answer", id, fields);
            JsonObject second = other.ask("answer", fields(result(call, "red")));
            JsonObject again = other.ask("answer", id, fields);

            assertThat(second.getString("code")).isEqualTo("conflict");
            assertThat(again.getString("run")).isEqualTo(first.getString("run"));
            assertThat(again.getBoolean("duplicate")).isTrue();
            tab.awaitEnd(session, first.getString("run"));
            assertThat(tab.text(session, first.getString("run"))).endsWith("blue");
        }
    }

    @Test
    void results_of_calls_that_do_not_wait_are_refused_all_together() {
        String call = pendingCall();

        assertThat(code(result("call_unknown", "x"))).isEqualTo("not_found");
        assertThat(code(result(call, "x"), result("call_unknown", "x"))).isEqualTo("not_found");
        assertThat(code(result(call, "x"), result(call, "y"))).isEqualTo("bad_request");
        assertThat(code(result(call, "x".repeat(257)))).isEqualTo("too_large");
        assertThat(code()).isEqualTo("bad_request");
        results(result(call, "x"));
        assertThat(code(result(call, "late"))).isEqualTo("conflict");
    }

    @Test
    void a_stop_or_another_message_cancels_what_waits_and_every_call_has_a_result() {
        String first = pendingCall();
        tab.ask("stop", new JsonObject().put("session", session));
        tab.awaitThat("its result", () -> cancelled().contains(first));

        String second = pendingCall();
        JsonObject sent = tab.send(session, "/echo something else");
        tab.awaitEnd(session, sent.getString("run"));

        assertThat(sent.getString("status")).isEqualTo("started");
        assertThat(cancelled()).containsExactly(first, second);
        assertThat(tab.text(session, sent.getString("run"))).isEqualTo("something else");
        assertThat(code(result(second, "late"))).isEqualTo("conflict");
    }

    @Test
    void an_answer_is_made_again_or_the_session_is_forked_while_a_call_waits() {
        String call = pendingCall();
        JsonObject fork = new JsonObject(server.call(
                        "POST",
                        "/api/v1/sessions/" + session + "/fork",
                        server.token("ada"),
                        new JsonObject().put("message", lastMessage()).encode())
                .body());
        assertThat(tab.attachLive(fork.getString("session")).containsKey("pendingToolCalls"))
                .isFalse();

        String again =
                tab.ask("regenerate", new JsonObject().put("session", session)).getString("run");
        JsonArray pending = pending(event(tab.awaitEnd(session, again)));

        assertThat(cancelled()).contains(call);
        assertThat(pending).as("it has the same tools").hasSize(1).doesNotContain(call);
    }

    @Test
    void a_call_whose_client_does_not_come_is_cancelled_and_the_conversation_goes_on() throws SQLException {
        String call = pendingCall();
        tab.close();
        server.close();
        try (Connection connection = TestDatabase.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("UPDATE interrupt SET expires_at = now() - interval '1 second'");
        }
        open();
        tab.attachLive(session);
        await().atMost(Patience.LIMIT).until(() -> {
            String body = server.call("GET", "/api/v1/sessions/" + session + "/messages", server.token("ada"), null)
                    .body();
            return body.contains("The client gave no result in time.") && body.contains("answered:");
        });
        assertThat(code(result(call, "late"))).isEqualTo("conflict");
    }

    @Test
    void declarations_that_cannot_be_used_are_refused_and_a_name_of_the_server_ends_the_run() {
        assertThat(refused("[{\"name\": \"a b\"}]")).isEqualTo("bad_request");
        assertThat(refused("[{\"name\": \"a\"}, {\"name\": \"a\"}]")).isEqualTo("bad_request");
        assertThat(refused("[{\"name\": \"a\"}, {\"name\": \"b\"}, {\"name\": \"c\"}]"))
                .isEqualTo("bad_request");
        assertThat(refused("[{\"name\": \"a\", \"parameters\": {\"type\": \"string\"}}]"))
                .isEqualTo("bad_request");
        assertThat(refused("[{\"name\": \"a\", \"description\": \"" + "x".repeat(8_000) + "\", \"parameters\": "
                        + "{\"x\": \"" + "y".repeat(60_000) + "\"}}]"))
                .isEqualTo("too_large");

        JsonObject sent = ask("/echo hello", new JsonArray("[{\"name\": \"time\"}]"));
        JsonObject end = event(tab.awaitEnd(session, sent.getString("run")));

        assertThat(end.getString("code")).isEqualTo("conflict");
        assertThat(end.getString("message")).contains("time");
    }

    @Test
    void over_http_it_is_the_same() {
        String token = server.token("ada");
        String path = "/api/v1/sessions/" + session;
        JsonObject message = new JsonObject().put("text", PICK).put("tools", TOOLS);
        JsonObject sent = new JsonObject(
                server.call("POST", path + "/messages", token, message.encode()).body());
        String call =
                pending(event(tab.awaitEnd(session, sent.getString("run")))).getString(0);

        JsonObject answer = new JsonObject().put("results", new JsonArray().add(result(call, "grey")));
        JsonObject answered = new JsonObject(
                server.call("POST", path + "/answer", token, answer.encode()).body());

        tab.awaitEnd(session, answered.getString("run"));
        assertThat(tab.text(session, answered.getString("run"))).endsWith("grey");
    }

    // --- the words

    private JsonObject ask(String text, JsonArray tools) {
        return tab.ask(
                "send",
                new JsonObject().put("session", session).put("text", text).put("tools", tools));
    }

    private String send(String text) {
        JsonObject sent = ask(text, TOOLS);
        assertThat(sent.getString("type")).as(sent.encode()).isEqualTo("result");
        return sent.getString("run");
    }

    private String refused(String tools) {
        return ask("/echo hello", new JsonArray(tools)).getString("code");
    }

    private String pendingCall() {
        return pending(event(tab.awaitEnd(session, send(PICK)))).getString(0);
    }

    private static JsonArray pending(JsonObject end) {
        return end.getJsonObject("outcome").getJsonArray("pendingToolCallIds");
    }

    private static JsonObject result(String call, String content) {
        return new JsonObject().put("toolCallId", call).put("content", content);
    }

    private JsonObject fields(JsonObject... results) {
        return new JsonObject().put("session", session).put("results", new JsonArray(List.of(results)));
    }

    private JsonObject results(JsonObject... results) {
        JsonObject answer = tab.ask("answer", fields(results));
        assertThat(answer.getString("type")).as(answer.encode()).isEqualTo("result");
        return answer;
    }

    private String code(JsonObject... results) {
        return tab.ask("answer", fields(results)).getString("code");
    }

    private List<String> typesOf(String run, String call) {
        return tab.events(session).stream()
                .filter(e -> run.equals(e.getString("run")) && call.equals(event(e).getString("toolCallId")))
                .map(TestClient::type)
                .toList();
    }

    private List<JsonObject> resultsIn(String run) {
        return tab.events(session).stream()
                .filter(e -> run.equals(e.getString("run")) && type(e).equals("TOOL_CALL_RESULT"))
                .map(TestClient::event)
                .toList();
    }

    private List<String> cancelled() {
        return tab.events(session).stream()
                .filter(e -> type(e).equals("TOOL_CALL_RESULT"))
                .map(TestClient::event)
                .filter(e -> CANCELLED.equals(e.getString("content")))
                .map(e -> e.getString("toolCallId"))
                .toList();
    }

    private String lastMessage() {
        JsonArray messages = server.messages(server.token("ada"), session, 2);
        return messages.getJsonObject(messages.size() - 1).getString("id");
    }
}
