package io.reprise;

import static io.reprise.testing.AguiClient.error;
import static io.reprise.testing.AguiClient.events;
import static io.reprise.testing.AguiClient.message;
import static io.reprise.testing.AguiClient.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.support.StopSignal;
import io.reprise.testing.AguiClient;
import io.reprise.testing.Patience;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What AG-UI clients are told whose types refuse what they do not know. */
@Timeout(300)
class AguiOlderIT {
    private static final JsonArray TOOLS = new JsonArray("""
            [{"name": "zoom", "description": "Zooms", "parameters": {"type": "object"}}]""");

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.start(TestDatabase.fresh(), Map.of(), List.of(new Camera()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_client_before_1_0_is_not_told_which_calls_wait() {
        JsonObject older = input("before", "/tool zoom {}").put("tools", TOOLS);
        JsonObject newer = input("since", "/tool zoom {}").put("tools", TOOLS).put("protocolVersion", "1.0");

        assertThat(end(run(older)).getJsonObject("outcome")).isEqualTo(new JsonObject().put("type", "success"));
        assertThat(end(run(newer)).getJsonObject("outcome").getJsonArray("pendingToolCallIds"))
                .hasSize(1);
    }

    @Test
    void a_client_before_1_0_is_not_told_that_its_run_was_cancelled() throws Exception {
        JsonObject older = input("stopped", "/hang");
        CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> run(older));
        await().atMost(Patience.LIMIT)
                .until(() -> server.call("DELETE", "/agui/default/runs/r1?threadId=stopped", server.token("ada"), null)
                                .statusCode()
                        == 204);

        JsonObject end = end(answer.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS));

        assertThat(end.getString("type")).isEqualTo("RUN_FINISHED");
        assertThat(end.containsKey("outcome")).isFalse();
    }

    /** Symptom: the client gave up the run. Cause: the parts of a result had shapes that AG-UI does not have. */
    @Test
    void a_result_with_a_file_is_a_text_with_its_name() {
        JsonObject told = new AguiClient(server.url() + "/agui/default", server.token("ada"))
                .run("photos", new JsonArray(), step("r1", "m1", "/tool camera {}"));

        assertThat(error(told, 0)).isNull();
        assertThat(events(told, 0))
                .filteredOn(event -> event.getString("type").equals("TOOL_CALL_RESULT"))
                .extracting(event -> event.getString("content"))
                .containsExactly("Here it is.\n[image: street.png]");
    }

    private static JsonObject input(String thread, String text) {
        return new JsonObject()
                .put("threadId", thread)
                .put("runId", "r1")
                .put("messages", new JsonArray().add(message("m1", text)));
    }

    private static String run(JsonObject input) {
        return server.call("POST", "/agui/default", server.token("ada"), input.encode())
                .body();
    }

    private static JsonObject end(String stream) {
        String[] events = stream.strip().split("\n\n");
        return new JsonObject(events[events.length - 1].substring("data: ".length()));
    }

    /** A tool whose result has a picture. */
    private static final class Camera implements Tool {
        @Override
        public String name() {
            return "camera";
        }

        @Override
        public String description() {
            return "Takes a picture.";
        }

        @Override
        public String schema() {
            return "{\"type\":\"object\"}";
        }

        @Override
        public Content call(ToolCall call, StopSignal stop) {
            return Content.of(
                    "Here it is.", List.of(new Part.File(Part.File.IMAGE, "a_1", "street.png", "image/png", 3L, 1, 1)));
        }
    }
}
