package io.reprise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import io.reprise.testing.Patience;
import io.reprise.testing.TestClient;
import io.reprise.testing.TestServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits of completions, calls that are refused, and the client of langchain4j. */
@Timeout(300)
class OpenAiLimitsIT {
    private static final String CHAT = "/v1/chat/completions";

    private TestServer server;
    private String token;

    @BeforeEach
    void start() {
        server = TestServer.start(Map.of(
                "completions.bodyBytesMax", "2048",
                "completions.answerBytesMax", "1024",
                "completions.perUserMax", "1"));
        token = server.token("ada");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void a_request_that_is_too_long_is_refused() {
        HttpResponse<String> answer = ask(token, "/echo " + "a".repeat(2_048), false);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(413);
        assertThat(error(answer).getString("type")).isEqualTo("invalid_request_error");
    }

    @Test
    void an_answer_that_is_too_long_is_given_as_a_stream_only() {
        HttpResponse<String> whole = ask(token, "/stream 500 0", false);
        HttpResponse<String> streamed = ask(token, "/stream 500 0", true);

        assertThat(whole.statusCode()).as(whole.body()).isEqualTo(413);
        assertThat(error(whole).getString("code")).isEqualTo("too_large");
        assertThat(streamed.statusCode()).isEqualTo(200);
        assertThat(streamed.body()).endsWith("data: [DONE]\n\n").contains("w499");
    }

    @Test
    void a_user_has_as_many_calls_at_the_same_time_as_are_allowed() {
        CompletableFuture<HttpResponse<String>> first = hang();

        HttpResponse<String> second = ask(token, "/echo second", false);
        HttpResponse<String> other = ask(server.token("bob"), "/echo other", false);
        first.cancel(true);

        assertThat(error(second).getString("code")).isEqualTo("too_many_requests");
        assertThat(error(second).getString("type")).isEqualTo("rate_limit_error");
        assertThat(other.statusCode()).as(other.body()).isEqualTo(200);
        await().atMost(Patience.LIMIT)
                .until(() -> ask(token, "/echo third", false).statusCode() == 200);
    }

    @Test
    void a_key_that_may_only_read_or_is_for_other_agents_is_forbidden() {
        String reading = key("{\"name\":\"reads\",\"scopes\":[\"read\"]}");
        String elsewhere = key("{\"name\":\"other\",\"agents\":[\"support\"]}");

        HttpResponse<String> read = ask(reading, "hello", false);
        HttpResponse<String> other = ask(elsewhere, "hello", false);
        HttpResponse<String> models = server.call("GET", "/v1/models", elsewhere, null);

        assertThat(read.statusCode()).as(read.body()).isEqualTo(403);
        assertThat(error(read).getString("type")).isEqualTo("permission_error");
        assertThat(other.statusCode()).as(other.body()).isEqualTo(403);
        assertThat(error(other).getString("param")).isEqualTo("model");
        assertThat(new JsonObject(models.body()).getJsonArray("data")).isEmpty();
    }

    @Test
    void a_stopping_server_answers_what_it_has_not_finished() throws Exception {
        CompletableFuture<HttpResponse<String>> call = hang();

        server.stop();

        HttpResponse<String> answer = call.get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(error(answer).getString("code")).isEqualTo("unavailable");
        assertThat(answer.headers().firstValue("x-should-retry")).contains("true");
    }

    @Test
    void the_client_of_langchain4j_gets_answers_whole_and_streamed() throws Exception {
        String url = server.url() + "/v1";
        OpenAiChatModel whole = OpenAiChatModel.builder()
                .httpClientBuilder(JdkHttpClient.builder())
                .baseUrl(url)
                .apiKey(token)
                .modelName("default")
                .build();
        OpenAiStreamingChatModel streaming = OpenAiStreamingChatModel.builder()
                .httpClientBuilder(JdkHttpClient.builder())
                .baseUrl(url)
                .apiKey(token)
                .modelName("default")
                .build();
        Streamed streamed = new Streamed(new StringBuilder(), new CompletableFuture<>());

        ChatResponse answer = whole.chat(UserMessage.from("/echo the answer"));
        streaming.chat(List.of(UserMessage.from("/stream 30 1000")), streamed);
        ChatResponse last = streamed.end().get(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(answer.aiMessage().text()).isEqualTo("the answer");
        assertThat(answer.tokenUsage().totalTokenCount()).isPositive();
        assertThat(last.aiMessage().text()).isEqualTo(TestClient.words(30));
        assertThat(streamed.pieces().toString()).isEqualTo(TestClient.words(30));
        assertThat(last.tokenUsage().totalTokenCount()).isPositive();
    }

    /** What came of a stream. */
    private record Streamed(StringBuilder pieces, CompletableFuture<ChatResponse> end)
            implements StreamingChatResponseHandler {
        @Override
        public void onPartialResponse(String piece) {
            pieces.append(piece);
        }

        @Override
        public void onCompleteResponse(ChatResponse response) {
            end.complete(response);
        }

        @Override
        public void onError(Throwable error) {
            end.completeExceptionally(error);
        }
    }

    // --- small helpers

    private HttpResponse<String> ask(String its, String text, boolean streams) {
        return server.call("POST", CHAT, its, body(text, streams));
    }

    /** Begins a call that does not end. It counts, because its session is there. */
    private CompletableFuture<HttpResponse<String>> hang() {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.url() + CHAT))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .header("X-Session", "hangs")
                .POST(HttpRequest.BodyPublishers.ofString(body("/hang", false)))
                .build();
        CompletableFuture<HttpResponse<String>> call =
                HttpClient.newHttpClient().sendAsync(request, HttpResponse.BodyHandlers.ofString());
        await().atMost(Patience.LIMIT)
                .until(() -> !new JsonObject(server.call("GET", "/api/v1/sessions", token, null)
                                .body())
                        .getJsonArray("sessions")
                        .isEmpty());
        return call;
    }

    private static String body(String text, boolean streams) {
        JsonObject message = new JsonObject().put("role", "user").put("content", text);
        return new JsonObject()
                .put("model", "default")
                .put("stream", streams)
                .put("messages", new JsonArray().add(message))
                .encode();
    }

    private String key(String body) {
        HttpResponse<String> made = server.call("POST", "/api/v1/keys", token, body);
        assertThat(made.statusCode()).as(made.body()).isEqualTo(201);
        return new JsonObject(made.body()).getString("text");
    }

    private static JsonObject error(HttpResponse<String> answer) {
        return new JsonObject(answer.body()).getJsonObject("error");
    }
}
