package io.reprise.model.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.Kept;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelRequest.ToolSpec;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.ModelFixture.Turn;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What providers of the catalogue add to the APIs: addresses, caches, signatures, counts of tokens, errors. */
@Timeout(300)
class ProviderIT {
    private static final ToolSpec TIME = new ToolSpec("time", "Tells the time.", "{\"type\":\"object\"}");

    // --- requests

    @Test
    void azure_is_addressed_by_its_deployment_or_without_a_version() throws Exception {
        Call versioned =
                asked(Wire.AZURE, Map.of("model.azure.apiVersion", "2024-10-21", "model.azure.deployment", "mine"));
        Call named = asked(Wire.AZURE, Map.of("model.azure.apiVersion", "2024-10-21"));
        Call plain = asked(Wire.AZURE, Map.of());

        assertThat(versioned.uri()).isEqualTo("/openai/deployments/mine/chat/completions?api-version=2024-10-21");
        assertThat(named.uri()).startsWith("/openai/deployments/small-1/chat/completions?");
        assertThat(plain.uri()).isEqualTo("/openai/v1/chat/completions");
        assertThat(plain.body().getString("model")).isEqualTo("small-1");
        assertThat(plain.headers().contains("Authorization")).isFalse();
        assertThat(Wire.AZURE.key(plain.headers())).isEqualTo(Wire.KEY);
    }

    @Test
    void mistral_and_hugging_face_get_what_they_accept() throws Exception {
        Call mistral = asked(Wire.MISTRAL, Map.of("model.maxTokens", "100"));
        Call face = asked(Wire.HUGGINGFACE, Map.of("model.maxTokens", "100"));

        assertThat(mistral.body().fieldNames())
                .containsExactlyInAnyOrder("model", "messages", "stream", "max_tokens", "tools");
        assertThat(face.body().getInteger("max_tokens")).isEqualTo(100);
        assertThat(face.body().containsKey("stream_options")).isTrue();
        assertThat(Wire.MISTRAL.key(mistral.headers())).isEqualTo(Wire.KEY);
        assertThat(Wire.HUGGINGFACE.key(face.headers())).isEqualTo(Wire.KEY);
    }

    @Test
    void a_request_to_gemini_uses_its_vocabulary() throws Exception {
        Call call = asked(
                Wire.GEMINI,
                Map.of("model.temperature", "0.5", "model.maxTokens", "100", "model.gemini.thinkingTokens", "2048"));

        assertThat(call.uri()).isEqualTo("/v1beta/models/small-1:streamGenerateContent?alt=sse");
        assertThat(Wire.GEMINI.key(call.headers())).isEqualTo(Wire.KEY);
        JsonObject config = call.body().getJsonObject("generationConfig");
        assertThat(config.getDouble("temperature")).isEqualTo(0.5);
        assertThat(config.getInteger("maxOutputTokens")).isEqualTo(100);
        assertThat(config.getJsonObject("thinkingConfig").getInteger("thinkingBudget"))
                .isEqualTo(2048);
        assertThat(config.getJsonObject("thinkingConfig").getBoolean("includeThoughts"))
                .isTrue();
    }

    @Test
    void ollama_reserves_the_context_that_the_model_names() throws Exception {
        assertThat(asked(Wire.OLLAMA, Map.of("model.ollama.numCtx", "32768"))
                        .body()
                        .getJsonObject("options")
                        .getInteger("num_ctx"))
                .isEqualTo(32768);
    }

    @ParameterizedTest
    @EnumSource
    void extra_members_are_merged_into_the_request(Wire wire) throws Exception {
        String extra = "{\"top_p\": 0.25, \"options\": {\"seed\": 7}, \"generationConfig\": {\"topK\": 3}}";

        JsonObject body = asked(wire, Map.of("model.temperature", "0.5", "model.extra", extra))
                .body();

        assertThat(body.getDouble("top_p")).isEqualTo(0.25);
        JsonObject options = body.getJsonObject("options");
        JsonObject config = body.getJsonObject("generationConfig");
        assertThat(options.getInteger("seed")).isEqualTo(7);
        assertThat(config.getInteger("topK")).isEqualTo(3);
        if (wire == Wire.OLLAMA) assertThat(options.getDouble("temperature")).isEqualTo(0.5);
        if (wire == Wire.GEMINI) assertThat(config.getDouble("temperature")).isEqualTo(0.5);
    }

    // --- the cache of Anthropic

    @Test
    void anthropic_is_told_what_to_cache() throws Exception {
        JsonObject body = anthropic(Map.of());

        JsonObject mark = new JsonObject().put("type", "ephemeral");
        assertThat(last(body.getJsonArray("tools")).getJsonObject("cache_control"))
                .isEqualTo(mark);
        assertThat(last(body.getJsonArray("system")).getJsonObject("cache_control"))
                .isEqualTo(mark);
        JsonArray messages = body.getJsonArray("messages");
        assertThat(last(last(messages).getJsonArray("content")).getJsonObject("cache_control"))
                .isEqualTo(mark);
        assertThat(body.encode().split("cache_control", -1)).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"system", "tools", "lastMessage"})
    void each_part_of_the_cache_can_be_switched_off(String part) throws Exception {
        JsonObject body = anthropic(Map.of("model.anthropic.cache." + part, "false"));

        String switchedOff = switch (part) {
            case "system" -> body.getValue("system").toString();
            case "tools" -> body.getJsonArray("tools").encode();
            default -> body.getJsonArray("messages").encode();
        };
        assertThat(switchedOff).doesNotContain("cache_control");
        assertThat(body.encode().split("cache_control", -1)).hasSize(3);
    }

    private static JsonObject anthropic(Map<String, String> settings) throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.ANTHROPIC).answering(FakeAnswer::done);
                ModelFixture models = new ModelFixture(Wire.ANTHROPIC.settings(provider.url(), settings))) {
            List<ModelMessage> messages =
                    List.of(new User("hello"), new Assistant("Hi.", List.of()), new User("and now?"));
            models.ask(new ModelRequest(
                            "Be brief.", messages, List.of(TIME), new ModelRequest.Limits(600_000, 600_000), null))
                    .await();
            return provider.calls.getFirst().body();
        }
    }

    // --- counts of tokens

    @Test
    void tokens_of_caches_and_of_reasoning_are_counted_alike() throws Exception {
        assertThat(usage(Wire.OPENAI, """
                data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}

                data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,\
                "prompt_tokens_details":{"cached_tokens":80},"completion_tokens_details":{"reasoning_tokens":15}}}

                data: [DONE]

                """)).isEqualTo(new ModelUsage(100, 80, null, 20, 15));
        assertThat(usage(Wire.ANTHROPIC, """
                event: message_start
                data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],\
                "usage":{"input_tokens":10,"cache_read_input_tokens":80,"cache_creation_input_tokens":5,"output_tokens":1}}}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":20}}

                event: message_stop
                data: {"type":"message_stop"}

                """)).isEqualTo(new ModelUsage(95, 80, 5, 20, null));
        assertThat(usage(Wire.GEMINI, """
                data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP"}],\
                "usageMetadata":{"promptTokenCount":100,"cachedContentTokenCount":80,"candidatesTokenCount":5,\
                "thoughtsTokenCount":15,"totalTokenCount":120}}

                """)).isEqualTo(new ModelUsage(100, 80, null, 20, 15));
        // It counts the tokens of its reasoning, but does not tell them apart.
        assertThat(usage(Wire.OLLAMA, """
                {"model":"m","message":{"role":"assistant","content":"","thinking":"Hm."},"done":false}
                {"model":"m","message":{"role":"assistant","content":"Hi"},"done":true,"done_reason":"stop",\
                "prompt_eval_count":100,"eval_count":20}
                """)).isEqualTo(new ModelUsage(100, null, null, 20, null));
    }

    /** Those that speak OpenAI's form, each on the way that its settings lead to. */
    @ParameterizedTest
    @CsvSource({"AZURE", "MISTRAL", "HUGGINGFACE"})
    void tokens_of_caches_and_of_reasoning_are_counted_in_the_form_of_openai(Wire wire) throws Exception {
        assertThat(usage(wire, """
                data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}

                data: {"choices":[],"usage":{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,\
                "prompt_tokens_details":{"cached_tokens":80},"completion_tokens_details":{"reasoning_tokens":15}}}

                data: [DONE]

                """)).isEqualTo(new ModelUsage(100, 80, null, 20, 15));
    }

    private static ModelUsage usage(Wire wire, String answer) throws Exception {
        return answered(wire, answer).await().usage();
    }

    // --- what Gemini wants back

    @Test
    void signatures_of_gemini_are_sent_back_with_their_parts() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.GEMINI);
                ModelFixture models = ModelFixture.at(provider)) {
            Turn asked = models.ask("hello");
            provider.take().answer().raw("""
                    data: {"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true},{"text":"See: "}]}}]}

                    data: {"candidates":[{"content":{"role":"model","parts":[{"text":"","thoughtSignature":"of-text"},\
                    {"functionCall":{"name":"time","args":{"zone":"UTC"}},"thoughtSignature":"of-call"},\
                    {"functionCall":{"name":"time","args":{"zone":"CET"}}}]},"finishReason":"STOP"}]}

                    """).end();
            ModelTurn turn = asked.await();
            assertThat(asked.said.reasoning).containsExactly("Hm.");
            assertThat(asked.said.tools).containsExactly("time", "time");
            assertThat(asked.said.arguments(1)).isEqualTo("{\"zone\":\"CET\"}");

            JsonArray parts = sentAgain(models, provider, turn);

            assertThat(parts.getJsonObject(0).getString("thoughtSignature")).isEqualTo("of-text");
            assertThat(parts.getJsonObject(0).getString("text")).isEqualTo("See: ");
            assertThat(parts.getJsonObject(1).getString("thoughtSignature")).isEqualTo("of-call");
            assertThat(parts.getJsonObject(2).containsKey("thoughtSignature")).isFalse();
            assertThat(parts.encode()).doesNotContain("Hm.");
        }
    }

    @Test
    void a_turn_of_another_model_is_sent_again_in_the_way_that_gemini_demands() throws Exception {
        // A call without a signature is refused by newer models, so a conversation could not change to them.
        try (FakeProvider provider = FakeProvider.start(Wire.GEMINI);
                ModelFixture models = ModelFixture.at(provider)) {
            Turn turn = models.ask(conversation(new ModelTurn(null, null)), List.of());
            provider.take().answer().refuse(400, "INVALID_ARGUMENT", "Function call is missing a thought_signature");
            Call again = provider.take();
            again.answer().text("Noon.").done();

            turn.await();
            JsonArray parts = parts(again);
            assertThat(parts.getJsonObject(1).getString("thoughtSignature"))
                    .isEqualTo("skip_thought_signature_validator");
            assertThat(parts.getJsonObject(2).containsKey("thoughtSignature")).isFalse();
        }
    }

    private static JsonArray sentAgain(ModelFixture models, FakeProvider provider, ModelTurn turn) throws Exception {
        models.ask(conversation(turn), List.of());
        return parts(provider.take());
    }

    private static List<ModelMessage> conversation(ModelTurn turn) {
        Kept kept = turn.state() == null ? null : new Kept("Hm.", turn.state());
        List<ToolRequest> calls = List.of(
                new ToolRequest("t_0", "time", "{}", turn.callStates().get(0)),
                new ToolRequest("t_1", "time", "{}", turn.callStates().get(1)));
        return List.of(
                new User("hello"),
                new Assistant(List.of("See: "), calls, kept),
                new ToolOutcome("t_0", "time", "noon"),
                new ToolOutcome("t_1", "time", "one"));
    }

    private static JsonArray parts(Call call) {
        return call.body().getJsonArray("contents").getJsonObject(1).getJsonArray("parts");
    }

    // --- errors of single providers

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Google: a wrong key is a bad request.
                "GEMINI | 400 | {\"error\":{\"code\":400,\"message\":\"API key not valid.\",\"status\":\"INVALID_ARGUMENT\",\"details\":[{\"reason\":\"API_KEY_INVALID\"}]}} | model_error | API key",
                // OpenAI: used up credit looks like a rate limit.
                "OPENAI | 429 | {\"error\":{\"message\":\"quota\",\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}} | model_error | credit",
                // Hugging Face and others.
                "HUGGINGFACE | 402 | {\"error\":\"You have exceeded your monthly included credits\"} | model_error | credit",
                // Azure: the filter stops the prompt.
                "AZURE | 400 | {\"error\":{\"message\":\"filtered\",\"code\":\"content_filter\",\"status\":400}} | model_error | withheld",
                "AZURE | 404 | {\"error\":{\"code\":\"DeploymentNotFound\",\"message\":\"no\"}} | model_error | does not know this model",
                "ANTHROPIC | 400 | {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit balance is too low to access the Anthropic API.\"}} | model_error | credit",
                // Mistral and the router of Hugging Face: an unknown model is a bad request.
                "MISTRAL | 400 | {\"object\":\"error\",\"message\":\"Invalid model: nothing\",\"type\":\"invalid_model\",\"code\":\"1500\"} | model_error | does not know this model",
                "HUGGINGFACE | 400 | {\"error\":{\"message\":\"The requested model 'a/b' is not supported by any provider you have enabled.\",\"type\":\"invalid_request_error\"}} | model_error | does not know this model",
                "ANTHROPIC | 529 | {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}} | unavailable | overloaded",
            })
    void a_refusal_is_told_from_others(Wire wire, int status, String body, String code, String text) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture models = ModelFixture.at(provider)) {
            Turn turn = models.ask("hello");
            provider.take().answer().status(status).raw(body).end();

            assertFailed(turn, code, text);
        }
    }

    @Test
    void the_time_of_a_retry_may_be_in_the_error_of_google() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.GEMINI);
                ModelFixture models = ModelFixture.at(provider)) {
            Turn turn = models.ask("hello");
            provider.take().answer().status(429).raw("""
                    {"error":{"code":429,"message":"no","status":"RESOURCE_EXHAUSTED","details":[\
                    {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}}""").end();

            assertThat(assertFailed(turn, "too_many_requests", "try again in 35 s")
                            .afterMs())
                    .hasValue(34_500);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"promptFeedback\":{\"blockReason\":\"PROHIBITED_CONTENT\"}} | withheld",
                "{\"candidates\":[{\"finishReason\":\"RECITATION\",\"index\":0}]} | withheld",
                "{\"candidates\":[{\"finishReason\":\"IMAGE_SAFETY\",\"index\":0}]} | withheld",
                "{\"candidates\":[{\"finishReason\":\"MALFORMED_FUNCTION_CALL\",\"index\":0}]} | incomplete",
                "{\"candidates\":[{\"finishReason\":\"MAX_TOKENS\",\"index\":0}]} | cut off",
                "{\"usageMetadata\":{\"promptTokenCount\":4}} | without an answer",
            })
    void an_answer_of_gemini_that_is_none_is_an_error(String chunk, String text) throws Exception {
        assertFailed(answered(Wire.GEMINI, "data: " + chunk + "\n\n"), "model_error", text);
    }

    @Test
    void a_reason_that_nobody_knows_ends_an_answer_of_gemini() throws Exception {
        Turn turn = answered(
                Wire.GEMINI,
                "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]},\"finishReason\":\"SOMETHING_NEW\"}]}"
                        + "\n\n");

        turn.await();
        assertThat(turn.said.said()).isEqualTo("Hi");
    }

    // --- helpers

    private static ModelFailure assertFailed(Turn turn, String code, String text) throws Exception {
        ModelFailure failure = (ModelFailure) turn.failure();
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(code);
        assertThat(failure.getMessage()).contains(text);
        return failure;
    }

    private static JsonObject last(JsonArray items) {
        return items.getJsonObject(items.size() - 1);
    }

    private static Call asked(Wire wire, Map<String, String> settings) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire).answering(FakeAnswer::done);
                ModelFixture models = new ModelFixture(wire.settings(provider.url(), settings))) {
            models.ask(List.of(new User("hello")), List.of(TIME)).await();
            return provider.calls.getFirst();
        }
    }

    private static Turn answered(Wire wire, String stream) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire)
                        .answering(answer -> answer.raw(stream).end());
                ModelFixture models = ModelFixture.at(provider)) {
            Turn turn = models.ask("hello");
            turn.awaitOver();
            return turn;
        }
    }
}
