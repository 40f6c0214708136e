package io.reprise;

import static io.reprise.OpenAiIT.body;
import static io.reprise.OpenAiIT.openai;
import static io.reprise.OpenAiIT.said;
import static io.reprise.OpenAiIT.step;
import static io.reprise.OpenAiIT.streaming;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tools of callers over the endpoint of OpenAI's API, and a second server that uses the first one as its model. */
@Timeout(300)
class OpenAiToolsIT {
    private static TestServer server;
    private static String token;

    @BeforeAll
    static void start() {
        server = TestServer.start(Map.of("log.flushMs", "1"));
        token = server.token("ada");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void calls_of_the_callers_tools_come_whole_or_in_pieces_and_their_results_go_on() {
        JsonObject asked = said("user", "/tool time {}\n/tool zoom {\"by\":2}");
        for (boolean stream : new boolean[] {false, true}) {
            JsonObject first = one(withTools(stream ? streaming(asked) : step(asked)));
            assertThat(first.getJsonObject("error")).isNull();
            assertThat(first.getString("finish")).isEqualTo("tool_calls");
            JsonObject call = first.getJsonArray("calls").getJsonObject(0);
            assertThat(first.getJsonArray("calls")).as("not the agent's own").hasSize(1);
            assertThat(call.getJsonObject("function"))
                    .isEqualTo(new JsonObject().put("name", "zoom").put("arguments", "{\"by\":2}"));

            JsonObject second = one(withTools(
                    stream ? streaming(asked, called(call), result(call)) : step(asked, called(call), result(call))));

            assertThat(second.getJsonObject("error")).isNull();
            assertThat(second.getString("finish")).isEqualTo("stop");
            assertThat(second.getString("text")).contains("zoomed");
        }
    }

    @Test
    void results_go_to_the_calls_of_a_session() {
        JsonObject named = new JsonObject().put("X-Session", "with-tools");
        JsonObject asked = said("user", "/tool zoom {\"by\":2}");
        JsonObject first = one(withTools(step(asked)).put("headers", named));
        JsonObject call = first.getJsonArray("calls").getJsonObject(0);

        JsonObject second =
                one(withTools(step(asked, called(call), result(call))).put("headers", named));
        JsonObject again =
                one(withTools(step(asked, called(call), result(call))).put("headers", named));

        assertThat(second.getString("session")).isEqualTo(first.getString("session"));
        assertThat(second.getString("text")).contains("zoomed");
        assertThat(again.getJsonObject("error").getInteger("status")).isEqualTo(400);
        assertThat(server.messages(token, first.getString("session"), 20)).hasSize(4);
    }

    @Test
    void what_is_no_tool_and_results_without_a_call_are_refused() {
        JsonObject asked = said("user", "hi");
        JsonArray noFunction = new JsonArray().add(new JsonObject().put("type", "web_search"));

        JsonObject wrong = one(body(step(asked), "tools", noFunction));
        JsonObject forced = one(body(withTools(step(asked)), "tool_choice", "required"));
        JsonObject lost = one(step(asked, said("tool", "zoomed").put("tool_call_id", "c1")));
        JsonObject taken = one(body(
                step(asked),
                "tools",
                new JsonArray()
                        .add(new JsonObject()
                                .put("type", "function")
                                .put("function", new JsonObject().put("name", "time")))));

        assertThat(wrong.getJsonObject("error").getString("param")).isEqualTo("tools");
        assertThat(forced.getJsonObject("error").getString("param")).isEqualTo("tool_choice");
        assertThat(lost.getJsonObject("error").getString("param")).isEqualTo("messages[1]");
        assertThat(taken.getJsonObject("error").getInteger("status"))
                .as("a name of the agent's tools")
                .isEqualTo(409);
    }

    /** Its client is that of langchain4j. The names of its tools must not be those of the agent that it asks. */
    @Test
    void a_second_server_uses_the_first_one_as_its_model(@TempDir Path folder) throws IOException {
        String plain = "{\"name\": \"plain\", \"settings\": {\"title\": \"Plain\", \"tools\": []}}";
        assertThat(server.call("POST", "/api/v1/agents", server.token("root", "admin"), plain)
                        .statusCode())
                .isEqualTo(201);
        Path key = Files.writeString(folder.resolve("key"), token);
        Map<String, String> settings = Map.of(
                "model.provider",
                "openai",
                "model.openai.name",
                "plain",
                "model.openai.baseUrl",
                server.url() + "/v1",
                "model.openai.apiKey",
                "file:" + key);
        try (TestServer second = TestServer.start(settings);
                TestClient tab = second.client("bob")) {
            String session = tab.create();
            tab.attachLive(session);

            String run = tab.send(session, "/stream 30 100").getString("run");
            tab.awaitEnd(session, run);

            assertThat(tab.text(session, run)).isEqualTo(TestClient.words(30));
            String calling = tab.send(session, "/tool time {\"zone\":\"UTC\"}").getString("run");
            tab.awaitEnd(session, calling);
            assertThat(tab.events(session).stream()
                            .filter(frame -> calling.equals(frame.getString("run")))
                            .map(TestClient::type))
                    .as("its own tool, called by the other's model")
                    .contains("TOOL_CALL_RESULT")
                    .endsWith("RUN_FINISHED");
            assertThat(tab.text(session, calling)).contains("`time` answered");
        }
    }

    // --- small helpers

    private static JsonObject one(JsonObject step) {
        return openai(server, token, step).getFirst();
    }

    private static JsonObject withTools(JsonObject step) {
        JsonObject function = new JsonObject()
                .put("name", "zoom")
                .put("description", "Zooms")
                .put("parameters", new JsonObject().put("type", "object"));
        return body(
                step,
                "tools",
                new JsonArray().add(new JsonObject().put("type", "function").put("function", function)));
    }

    private static JsonObject called(JsonObject call) {
        return said("assistant", null).put("tool_calls", new JsonArray().add(call));
    }

    private static JsonObject result(JsonObject call) {
        return said("tool", "zoomed").put("tool_call_id", call.getString("id"));
    }
}
