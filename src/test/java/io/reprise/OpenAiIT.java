package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.store.database.DatabaseUri;
import io.reprise.testing.NodeScript;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestDatabase;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** OpenAI's own client against the endpoint. */
@Timeout(300)
class OpenAiIT {
    private static final DatabaseUri DATABASE = TestDatabase.fresh();
    private static TestServer server;
    private static String token;

    @BeforeAll
    static void start() {
        server = TestServer.start(
                DATABASE, Map.of("interrupts.tools", "sleep", "completions.messagesMax", "20", "log.flushMs", "1"));
        token = server.token("ada");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void an_answer_comes_in_pieces_or_as_a_whole_with_its_tokens() {
        JsonObject counted = new JsonObject().put("include_usage", true);
        List<JsonObject> told = openai(
                step(said("user", "/stream 5 0")),
                streaming(said("user", "/stream 5 0")),
                body(streaming(said("user", "/stream 40 200")), "stream_options", counted));

        assertThat(told.get(0).getString("text")).isEqualTo(TestClient.words(5));
        assertThat(told.get(0).getString("finish")).isEqualTo("stop");
        assertThat(told.get(0).getString("object")).isEqualTo("chat.completion");
        assertThat(told.get(0).getString("model")).isEqualTo("default");
        assertThat(tokens(told.get(0))).isPositive();
        assertThat(told.get(0).getString("session")).isNull();
        assertThat(told.get(1).getString("text")).isEqualTo(TestClient.words(5));
        assertThat(told.get(1).getString("finish")).isEqualTo("stop");
        assertThat(told.get(1).getValue("usage")).isNull();
        assertThat(told.get(2).getString("text")).isEqualTo(TestClient.words(40));
        // How many depends on how fast the machine reads them.
        assertThat(told.get(2).getInteger("pieces")).isPositive();
        assertThat(tokens(told.get(2))).isPositive();
    }

    @Test
    void steps_of_a_run_are_one_answer() {
        JsonObject told = openai(streaming(said("user", "/tool time {}"))).getFirst();

        assertThat(told.getJsonObject("error")).isNull();
        assertThat(told.getString("finish")).isEqualTo("stop");
        assertThat(told.getString("text")).isNotEmpty();
        assertThat(told.getJsonArray("calls")).as("the agent's own calls").isEmpty();
    }

    @Test
    void agents_are_the_models() {
        JsonObject told = openai(new JsonObject().put("models", true)).getFirst();

        assertThat(told.getJsonArray("models")).contains("default");
        assertThat(told.getJsonObject("one").getString("object")).isEqualTo("model");
        assertThat(call("GET", "/v1/models/nobody", token, null).statusCode()).isEqualTo(404);
    }

    @Test
    void errors_have_the_form_of_openai() {
        String wrong = "not a token";
        List<JsonObject> told = openai(
                body(step(said("user", "hi")), "model", "nobody"),
                step(),
                step(said("assistant", "hi")),
                body(step(said("user", "hi")), "n", 2),
                step(said("user", "/fail too_many_requests")),
                step(said("user", "/tool sleep {\"seconds\": 1}")),
                streaming(said("user", "/fail model_error")));

        assertThat(error(told.get(0))).isEqualTo("NotFoundError 404 invalid_request_error model_not_found model");
        assertThat(error(told.get(1))).isEqualTo("BadRequestError 400 invalid_request_error bad_request messages");
        assertThat(error(told.get(2))).isEqualTo("BadRequestError 400 invalid_request_error bad_request messages");
        assertThat(error(told.get(3))).isEqualTo("BadRequestError 400 invalid_request_error bad_request n");
        assertThat(error(told.get(4))).startsWith("RateLimitError 429 rate_limit_error too_many_requests");
        assertThat(error(told.get(5))).as("an approval").startsWith("ConflictError 409 invalid_request_error conflict");
        assertThat(error(told.get(6))).startsWith("InternalServerError 502 server_error model_error");
        HttpResponse<String> foreign = call("POST", "/v1/chat/completions", wrong, "{}");
        assertThat(foreign.statusCode()).isEqualTo(401);
        assertThat(new JsonObject(foreign.body()).getJsonObject("error").getString("code"))
                .isEqualTo("invalid_api_key");
        HttpResponse<String> other = call("GET", "/v1/chat/completions", token, null);
        assertThat(other.statusCode()).isEqualTo(405);
        assertThat(new JsonObject(other.body()).getJsonObject("error").getString("type"))
                .isEqualTo("invalid_request_error");
        assertThat(call("POST", "/v1/chat/completions", token, "[").statusCode())
                .isEqualTo(400);
        assertThat(call("POST", "/v1/chat/completions", token, many(21)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void what_was_said_before_reaches_the_model() {
        JsonObject call = new JsonObject()
                .put("id", "c1")
                .put("type", "function")
                .put("function", new JsonObject().put("name", "zoom").put("arguments", "{\"by\":2}"));
        JsonObject told = openai(step(
                        said("system", "Be brief."),
                        said("user", "zoom"),
                        said("assistant", null).put("tool_calls", new JsonArray().add(call)),
                        said("tool", "zoomed").put("tool_call_id", "c1"),
                        said("assistant", "It is zoomed."),
                        said("user", "/usage")))
                .getFirst();
        JsonObject alone = openai(step(said("user", "/usage"))).getFirst();

        assertThat(told.getJsonObject("error")).isNull();
        assertThat(told.getJsonObject("usage").getInteger("prompt_tokens"))
                .as("with the conversation")
                .isGreaterThan(alone.getJsonObject("usage").getInteger("prompt_tokens") + 10);
    }

    @Test
    void a_named_session_begins_with_the_conversation_and_goes_on() {
        JsonObject named = new JsonObject().put("X-Session", "my-chat");
        List<JsonObject> told = openai(
                step(
                                said("system", "Be brief."),
                                said("user", "hello"),
                                said("assistant", "Hi."),
                                said("user", "/echo 1"))
                        .put("headers", named),
                streaming(said("user", "hello"), said("assistant", "whatever"), said("user", "/echo 2"))
                        .put("headers", named));

        String session = told.get(0).getString("session");
        assertThat(session).startsWith("s_").isEqualTo(told.get(1).getString("session"));
        assertThat(told.get(1).getString("text")).isEqualTo("2");
        JsonArray messages = server.messages(token, session, 50);
        assertThat(messages.stream().map(one -> ((JsonObject) one).getValue("content")))
                .hasSize(7)
                .endsWith("hello", "Hi.", "/echo 1", "1", "/echo 2", "2");
        JsonObject byId = new JsonObject().put("X-Session", session);
        JsonObject third =
                openai(step(said("user", "/echo 3")).put("headers", byId)).getFirst();
        assertThat(third.getString("text")).isEqualTo("3");
        assertThat(third.getString("session")).isEqualTo(session);
        assertThat(server.messages(token, session, 50)).hasSize(9);
    }

    @Test
    void sessions_of_others_and_of_other_agents_are_refused() {
        String foreign = new JsonObject(server.call("POST", "/api/v1/sessions", server.token("bob"), "{}")
                        .body())
                .getString("session");

        JsonObject told = openai(step(said("user", "hi")).put("headers", new JsonObject().put("X-Session", foreign)))
                .getFirst();

        assertThat(error(told)).startsWith("NotFoundError 404 invalid_request_error not_found");
    }

    // --- the client

    static JsonObject said(String role, String content) {
        return new JsonObject().put("role", role).put("content", content);
    }

    static JsonObject step(JsonObject... messages) {
        JsonObject body = new JsonObject().put("model", "default").put("messages", new JsonArray(List.of(messages)));
        return new JsonObject().put("body", body);
    }

    static JsonObject streaming(JsonObject... messages) {
        return body(step(messages), "stream", true);
    }

    static JsonObject body(JsonObject step, String key, Object value) {
        step.getJsonObject("body").put(key, value);
        return step;
    }

    private static List<JsonObject> openai(JsonObject... steps) {
        return openai(server, token, steps);
    }

    static List<JsonObject> openai(TestServer server, String token, JsonObject... steps) {
        JsonObject input = new JsonObject()
                .put("url", server.url())
                .put("token", token)
                .put("steps", new JsonArray(List.of(steps)));
        return NodeScript.run("openai-client.mjs", input).getJsonArray("steps").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    private static HttpResponse<String> call(String method, String path, String its, String body) {
        return server.call(method, path, its, body);
    }

    private static String many(int count) {
        JsonArray messages = new JsonArray();
        for (int i = 0; i < count; i++) messages.add(said("user", "hi"));
        return new JsonObject()
                .put("model", "default")
                .put("messages", messages)
                .encode();
    }

    private static int tokens(JsonObject told) {
        return told.getJsonObject("usage").getInteger("total_tokens");
    }

    private static String error(JsonObject told) {
        JsonObject error = told.getJsonObject("error");
        assertThat(error).as(told.encode()).isNotNull();
        return String.join(
                " ",
                error.getString("name"),
                String.valueOf(error.getValue("status")),
                error.getString("type"),
                error.getString("code"),
                String.valueOf(error.getValue("param")));
    }
}
