package io.reprise;

import static io.reprise.testing.AguiClient.error;
import static io.reprise.testing.AguiClient.events;
import static io.reprise.testing.AguiClient.message;
import static io.reprise.testing.AguiClient.roles;
import static io.reprise.testing.AguiClient.step;
import static io.reprise.testing.AguiClient.text;
import static io.reprise.testing.AguiClient.types;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.AguiClient;
import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** AG-UI's own client, with its verifier, against the endpoint. */
@Timeout(300)
class AguiIT {
    private static final JsonArray TOOLS = new JsonArray("""
            [{"name": "zoom", "description": "Zooms", "parameters": {"type": "object"}}]""");

    private final DatabaseUri database = TestDatabase.fresh();
    private TestServer server;

    @BeforeEach
    void start() {
        server = TestServer.start(database, Map.of("interrupts.tools", "sleep"));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void runs_stream_text_and_parallel_calls_and_the_conversation_goes_on() {
        JsonObject told = agui(
                "t1",
                step("r1", "m1", "/tool time {}\n/tool time {\"zone\":\"UTC\"}"),
                step("r2", "m2", "/stream 3 0"));

        assertThat(error(told, 0)).isNull();
        assertThat(types(told, 0)).startsWith("RUN_STARTED").endsWith("RUN_FINISHED");
        assertThat(types(told, 0).stream().filter("TOOL_CALL_RESULT"::equals)).hasSize(2);
        assertThat(types(told, 0)).doesNotContainSequence("TEXT_MESSAGE_START", "RUN_FINISHED");
        assertThat(text(told, 1)).isEqualTo("w1 w2 w3 ");
        assertThat(events(told, 1).getFirst().getString("runId")).isEqualTo("r2");
        assertThat(roles(told))
                .startsWith("user", "assistant", "tool", "tool", "assistant")
                .endsWith("user", "assistant");
    }

    @Test
    void a_tool_of_the_client_is_pending_over_a_restart_and_its_message_goes_on() throws Exception {
        JsonObject first = agui(
                "t1", step("r1", "m1", "/tool time {}\n/tool zoom {\"by\":2}").put("tools", TOOLS));
        JsonObject end = events(first, 0).getLast();
        String call =
                end.getJsonObject("outcome").getJsonArray("pendingToolCallIds").getString(0);
        assertThat(end.getJsonObject("outcome").getString("type")).isEqualTo("success");
        server.close();
        start();

        JsonObject result = new JsonObject()
                .put("id", "m2")
                .put("role", "tool")
                .put("toolCallId", call)
                .put("content", "zoomed");
        JsonObject second = agui(
                "t1",
                first.getJsonArray("messages"),
                new JsonObject().put("runId", "r2").put("message", result));
        assertThat(types(first, 0).stream().filter("TOOL_CALL_RESULT"::equals))
                .as("that of the server's call")
                .hasSize(1);

        assertThat(error(second, 0)).isNull();
        assertThat(types(second, 0)).contains("TOOL_CALL_RESULT").doesNotContain("TOOL_CALL_START");
        assertThat(text(second, 0)).contains("zoomed");
    }

    @Test
    void an_interrupt_is_answered_by_resume_and_by_nothing_else() {
        JsonObject first = agui("t1", step("r1", "m1", "/tool sleep {\"seconds\":0.01}"));
        JsonObject end = events(first, 0).getLast();
        JsonObject interrupt =
                end.getJsonObject("outcome").getJsonArray("interrupts").getJsonObject(0);
        assertThat(interrupt.getString("reason")).isEqualTo("tool_call");
        assertThat(types(first, 0)).containsSubsequence("TOOL_CALL_END", "MESSAGES_SNAPSHOT", "RUN_FINISHED");

        JsonObject refused = agui("t1", first.getJsonArray("messages"), step("r2", "m2", "hello"));
        assertThat(events(refused, 0).getLast().getString("code")).isEqualTo("interrupt_pending");

        JsonObject resume = new JsonObject()
                .put("interruptId", interrupt.getString("id"))
                .put("status", "resolved")
                .put("payload", new JsonObject().put("approved", true));
        JsonObject step = new JsonObject().put("runId", "r3").put("resume", new JsonArray().add(resume));
        JsonObject resumed = agui("t1", first.getJsonArray("messages"), step);
        JsonObject again = agui("t1", first.getJsonArray("messages"), step);

        assertThat(error(resumed, 0)).isNull();
        assertThat(types(resumed, 0)).contains("TOOL_CALL_RESULT").endsWith("RUN_FINISHED");
        assertThat(text(again, 0))
                .as("the same run")
                .isEqualTo(text(resumed, 0))
                .isNotEmpty();
    }

    @Test
    void two_clients_read_one_run_and_one_that_leaves_does_not_stop_it() {
        JsonObject both =
                agui("t1", step("r1", "m1", "/stream 40 200").put("twice", true).put("wait", 50));
        JsonObject left = agui(
                "t1",
                both.getJsonArray("messages"),
                step("r2", "m2", "/stream 30 100").put("abortAt", 2));
        JsonObject joined = agui("t1", both.getJsonArray("messages"), step("r2", "m2", "/stream 30 100"));

        assertThat(error(both, 0)).isNull();
        assertThat(error(both, 1)).isNull();
        assertThat(text(both, 0)).isEqualTo(TestClient.words(40)).isEqualTo(text(both, 1));
        assertThat(text(left, 0)).hasSizeLessThan(TestClient.words(30).length());
        assertThat(text(joined, 0)).isEqualTo(TestClient.words(30));
    }

    @Test
    void a_run_is_stopped_by_its_name_and_wrong_input_and_foreign_threads_are_refused() {
        String token = server.token("ada");
        String body = new JsonObject()
                .put("threadId", "t1")
                .put("runId", "r1")
                .put("messages", new JsonArray().add(message("m1", "/hang")))
                .encode();
        Thread reader = Thread.startVirtualThread(() -> server.call("POST", "/agui/default", token, body));
        Awaitility.await()
                .atMost(Patience.LIMIT)
                .until(() -> server.call("DELETE", "/agui/default/runs/r1?threadId=t1", token, null)
                                .statusCode()
                        == 204);
        Awaitility.await().atMost(Patience.LIMIT).until(() -> !reader.isAlive());

        String foreign = new JsonObject(server.call("POST", "/api/v1/sessions", server.token("bob"), "{}")
                        .body())
                .getString("session");
        assertThat(status(body.replace("\"t1\"", "\"" + foreign + "\""))).isEqualTo(404);
        assertThat(status("{}")).isEqualTo(400);
        assertThat(status("[")).isEqualTo(400);
        assertThat(status(body.replace("\"m1\"", "7"))).isEqualTo(400);
        assertThat(server.call("POST", "/agui/nobody", token, body.replace("t1", "t2"))
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.call("POST", "/agui/default", null, body).statusCode())
                .isEqualTo(401);
        assertThat(server.call("DELETE", "/agui/default/runs/r1?threadId=t1", token, null)
                        .statusCode())
                .isEqualTo(404);
    }

    private int status(String body) {
        return server.call("POST", "/agui/default", server.token("ada"), body).statusCode();
    }

    private JsonObject agui(String thread, JsonObject... steps) {
        return agui(thread, new JsonArray(), steps);
    }

    private JsonObject agui(String thread, JsonArray messages, JsonObject... steps) {
        return new AguiClient(server.url() + "/agui/default", server.token("ada")).run(thread, messages, steps);
    }
}
