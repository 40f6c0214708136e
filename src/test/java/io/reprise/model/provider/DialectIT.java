package io.reprise.model.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelFiles;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelRequest.ToolSpec;
import io.reprise.model.ModelTurn;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.ModelFixture.Turn;
import io.reprise.model.provider.call.CallPart;
import io.reprise.testing.Seed;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is specific to one provider's API: parameters, headers, and deviations of compatible services. */
@Timeout(300)
class DialectIT {
    private static final Map<String, String> TUNED = Map.of("model.temperature", "0.5", "model.maxTokens", "100");

    @Test
    void a_request_to_openai_uses_its_vocabulary() throws Exception {
        Call call = asked(Wire.OPENAI, TUNED);

        assertThat(call.uri()).isEqualTo("/v1/chat/completions");
        assertThat(call.headers().get("Authorization")).isEqualTo("Bearer " + Wire.KEY);
        assertThat(call.body().getString("model")).isEqualTo("small-1");
        assertThat(call.body().getBoolean("stream")).isTrue();
        assertThat(call.body().getDouble("temperature")).isEqualTo(0.5);
        assertThat(call.body().getInteger("max_completion_tokens")).isEqualTo(100);
        assertThat(call.body().containsKey("max_tokens")).isFalse();
        assertThat(call.body().getJsonObject("stream_options").getBoolean("include_usage"))
                .isTrue();
    }

    @Test
    void a_request_to_azure_has_its_header_and_parameter() throws Exception {
        Call call = asked(
                Wire.OPENAI,
                Map.of(
                        "model.openai.apiKeyHeader", "api-key",
                        "model.openai.query", "api-version=2024-10-21",
                        "model.openai.headers", "X-Title: My server"));

        assertThat(call.uri()).isEqualTo("/v1/chat/completions?api-version=2024-10-21");
        assertThat(call.headers().get("api-key")).isEqualTo(Wire.KEY);
        assertThat(call.headers().contains("Authorization")).isFalse();
        assertThat(call.headers().get("X-Title")).isEqualTo("My server");
    }

    @Test
    void a_request_to_mistral_omits_what_it_refuses() throws Exception {
        Call call = asked(
                Wire.OPENAI,
                Map.of(
                        "model.openai.askUsage", "false",
                        "model.openai.maxTokensAs", "max_tokens",
                        "model.maxTokens", "100"));

        assertThat(call.body().fieldNames())
                .containsExactlyInAnyOrder("model", "messages", "stream", "max_tokens", "tools");
        assertThat(call.headers().get("Authorization")).isEqualTo("Bearer " + Wire.KEY);
    }

    @Test
    void a_private_service_is_used_without_a_key() throws Exception {
        assertThat(asked(Wire.OPENAI, Map.of("model.openai.apiKey", ""))
                        .headers()
                        .contains("Authorization"))
                .isFalse();
    }

    @Test
    void a_request_to_anthropic_uses_its_vocabulary() throws Exception {
        Call call = asked(Wire.ANTHROPIC, Map.of());

        assertThat(call.uri()).isEqualTo("/v1/messages");
        assertThat(call.headers().get("x-api-key")).isEqualTo(Wire.KEY);
        assertThat(call.headers().get("anthropic-version")).isEqualTo("2023-06-01");
        assertThat(call.body().getInteger("max_tokens")).isEqualTo(8192);
        assertThat(call.body().containsKey("temperature")).isFalse();
        assertThat(call.body().containsKey("thinking")).isFalse();
        assertThat(asked(Wire.ANTHROPIC, TUNED).body().getInteger("max_tokens")).isEqualTo(100);
        assertThat(asked(Wire.ANTHROPIC, TUNED).body().getDouble("temperature")).isEqualTo(0.5);
    }

    @Test
    void anthropic_thinks_when_it_may() throws Exception {
        JsonObject body = asked(Wire.ANTHROPIC, Map.of("model.anthropic.thinkingTokens", "2048"))
                .body();

        assertThat(body.getJsonObject("thinking").getInteger("budget_tokens")).isEqualTo(2048);
        assertThat(body.getInteger("max_tokens")).isEqualTo(8192 + 2048);
    }

    @ParameterizedTest
    @EnumSource
    void an_image_is_sent_with_its_type_and_its_content(Wire wire) throws Exception {
        ModelRequest request = about(new Part.File("image", "a_1", "cat.png", "image/png", 3L, 4, 5));
        try (FakeProvider provider = FakeProvider.start(wire).answering(FakeAnswer::done);
                ModelFixture model = ModelFixture.at(provider)) {
            model.ask(request).await();
            Call call = provider.calls.getFirst();

            String list = wire == Wire.GEMINI ? "contents" : "messages";
            JsonObject message = call.body().getJsonArray(list).getJsonObject(0);
            assertThat(message.encode()).contains("what is it?");
            switch (wire) {
                case OPENAI, AZURE, HUGGINGFACE, MISTRAL -> {
                    JsonObject url =
                            message.getJsonArray("content").getJsonObject(1).getJsonObject("image_url");
                    assertThat(url.getString("url")).isEqualTo("data:image/png;base64,AQID");
                    assertThat(url.getString("detail")).isEqualTo("auto");
                }
                case GEMINI -> {
                    JsonObject data =
                            message.getJsonArray("parts").getJsonObject(1).getJsonObject("inlineData");
                    assertThat(data.getString("mimeType")).isEqualTo("image/png");
                    assertThat(data.getString("data")).isEqualTo("AQID");
                }
                case ANTHROPIC -> {
                    JsonObject source =
                            message.getJsonArray("content").getJsonObject(1).getJsonObject("source");
                    assertThat(source.getString("media_type")).isEqualTo("image/png");
                    assertThat(source.getString("data")).isEqualTo("AQID");
                }
                case OLLAMA -> assertThat(message.getJsonArray("images")).containsExactly("AQID");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENAI", "ANTHROPIC", "GEMINI"})
    void a_pdf_is_sent_with_its_type_and_its_content(Wire wire) throws Exception {
        ModelRequest request = about(new Part.File("file", "a_1", "paper.pdf", "application/pdf", 3L, null, null));
        try (FakeProvider provider = FakeProvider.start(wire).answering(FakeAnswer::done);
                ModelFixture model = ModelFixture.at(provider)) {
            model.ask(request).await();

            String list = wire == Wire.GEMINI ? "contents" : "messages";
            JsonObject message =
                    provider.calls.getFirst().body().getJsonArray(list).getJsonObject(0);
            assertThat(message.encode()).contains("what is it?", "application/pdf", "AQID");
        }
    }

    private static ModelRequest about(Part.File file) {
        return new ModelRequest(
                "",
                List.of(new User(Content.of("what is it?", List.of(file)))),
                List.of(),
                new ModelRequest.Limits(300_000, 300_000),
                null,
                new ModelFiles(Map.of(file.attachment(), new byte[] {1, 2, 3})),
                null);
    }

    @Test
    void a_request_to_ollama_uses_its_vocabulary() throws Exception {
        Call call = asked(Wire.OLLAMA, TUNED);

        assertThat(call.uri()).isEqualTo("/api/chat");
        assertThat(call.headers().get("Authorization")).isEqualTo("Bearer " + Wire.KEY);
        assertThat(call.body().getJsonObject("options").getDouble("temperature"))
                .isEqualTo(0.5);
        assertThat(call.body().getJsonObject("options").getInteger("num_predict"))
                .isEqualTo(100);
        assertThat(asked(Wire.OLLAMA, Map.of("model.ollama.apiKey", ""))
                        .headers()
                        .contains("Authorization"))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void the_schema_of_a_tool_arrives_as_it_was_written(Wire wire) throws Exception {
        JsonObject properties = new JsonObject("""
                {"zone": {"anyOf": [{"type": "string", "enum": ["UTC", "CET"]}, {"type": "null"}], "default": null},
                 "days": {"type": "array", "minItems": 1, "items": {"type": "object", "additionalProperties": false,
                          "properties": {"n": {"type": "integer", "minimum": 1}}, "required": ["n"]}}}""");
        String schema = new JsonObject()
                .put("type", "object")
                .put("properties", properties)
                .put("required", new JsonArray().add("days"))
                .encode();

        JsonObject tool = wire.declared(asked(wire, Map.of(), new ToolSpec("plan", "Plans days.", schema))
                        .body())
                .getJsonObject(0);

        JsonObject function = tool.getJsonObject("function", tool);
        JsonObject sent = function.getJsonObject(
                switch (wire) {
                    case ANTHROPIC -> "input_schema";
                    case GEMINI -> "parametersJsonSchema";
                    default -> "parameters";
                });
        assertThat(function.getString("name")).isEqualTo("plan");
        assertThat(function.getString("description")).isEqualTo("Plans days.");
        assertThat(sent.getString("type")).isEqualTo("object");
        // langchain4j leaves null out for Gemini, which changes nothing.
        if (wire == Wire.GEMINI) properties.getJsonObject("zone").remove("default");
        assertThat(sent.getJsonObject("properties")).isEqualTo(properties);
        assertThat(sent.getJsonArray("required")).isEqualTo(new JsonArray().add("days"));
    }

    @ParameterizedTest
    @EnumSource
    void a_call_whose_arguments_are_an_empty_object_has_them_once(Wire wire) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture models = ModelFixture.at(provider)) {
            Turn turn = models.ask("hello");

            provider.take().answer().tool(0, "a", "time", "{}").finish(FakeAnswer.Finish.TOOLS, 1, 1);

            turn.await();
            assertThat(turn.said.arguments(0)).isEqualTo("{}");
        }
    }

    // --- services compatible with OpenAI

    @ParameterizedTest
    @ValueSource(strings = {"eos", "end_turn", ""})
    void an_unknown_finish_reason_counts_if_the_stream_has_a_done_mark(String reason) throws Exception {
        ModelTurn turn = answered("""
                data: {"choices":[{"index":0,"delta":{"content":"Hello."}}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"%s"}]}

                data: [DONE]

                """.formatted(reason)).await();

        assertThat(turn.of(ModelTurn.Response.UNKNOWN)).isEqualTo(new ModelTurn(null, null));
    }

    @Test
    void a_finish_reason_counts_without_a_done_mark_and_with_comments_in_between() throws Exception {
        Turn turn = answered("""
                : keep-alive

                data: {"choices":[{"index":0,"delta":{"content":"Hello."}}],"error":null}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}

                """);

        assertThat(turn.await().of(ModelTurn.Response.UNKNOWN)).isEqualTo(new ModelTurn(3, 2));
        assertThat(turn.said.said()).isEqualTo("Hello.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"stop", "eos", "COMPLETE", "end_turn", "tool_use"})
    void a_finish_reason_of_any_name_counts_without_a_done_mark(String reason) throws Exception {
        // The answer was complete, and failed as one that broke off.
        Turn turn = answered("""
                data: {"choices":[{"index":0,"delta":{"content":"Hello."}}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason": "%s"}]}

                """.formatted(reason));

        turn.await();
        assertThat(turn.said.said()).isEqualTo("Hello.");
    }

    @ParameterizedTest
    @CsvSource({
        "length, model_error, cut off",
        "max_tokens, model_error, cut off",
        "model_length, model_error, cut off",
        "content_filter, model_error, withheld",
        "SAFETY, model_error, withheld",
        "sensitive, model_error, withheld",
        "error, model_error, incomplete",
        "network_error, model_error, incomplete",
        "abort, model_error, incomplete",
        "insufficient_system_resource, unavailable, overloaded",
    })
    void a_finish_reason_of_a_failure_fails_despite_a_done_mark(String reason, String code, String text)
            throws Exception {
        // Half an answer counted as a complete one.
        Turn turn = answered("""
                data: {"choices":[{"index":0,"delta":{"content":"It beg"}}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"%s"}]}

                data: [DONE]

                """.formatted(reason));

        assertThat(turn.failure())
                .isInstanceOfSatisfying(
                        ModelFailure.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    @Test
    void an_answer_cut_before_its_finish_reason_is_incomplete() throws Exception {
        Turn turn = answered("""
                data: {"choices":[{"index":0,"delta":{"content":"It beg"},"finish_reason":null}]}

                data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}

                """);

        assertThat(turn.failure())
                .isInstanceOfSatisfying(
                        ModelFailure.class, e -> assertThat(e.code()).isEqualTo("model_error"))
                .hasMessageContaining("incomplete");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void events_are_told_apart_however_their_lines_end(String end) throws Exception {
        String stream = """
                : keep-alive

                id: 1
                retry: 10
                data:{"choices":[{"index":0,"delta":{"content":"gr\u00FC\u00DF "}}]}
                : in between

                data:  {"choices":[{"index":0,
                data: "delta":{"content":"dich"}}]} \s


                data:{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}""";
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI)
                        .answering(answer -> answer.inPacketsOf(1)
                                .raw(stream.replace("\n", end))
                                .end());
                ModelFixture models = ModelFixture.at(provider)) {
            Turn turn = models.ask("hello");

            assertThat(turn.await().of(ModelTurn.Response.UNKNOWN)).isEqualTo(new ModelTurn(3, 2));
            assertThat(turn.said.said()).isEqualTo("gr\u00FC\u00DF dich");
        }
    }

    @Test
    void an_answer_in_one_message_is_accepted() throws Exception {
        Turn turn = answered("""
                data: {"choices":[{"index":0,"message":{"role":"assistant","content":"Let me see.","tool_calls":\
                [{"id":"a","type":"function","function":{"name":"time","arguments":{"zone":"UTC"}}}]},"finish_reason":"tool_calls"}]}

                data: [DONE]

                """);

        turn.await();
        assertThat(turn.said.said()).isEqualTo("Let me see.");
        assertThat(turn.said.tools).containsExactly("time");
        assertThat(turn.said.arguments(0)).isEqualTo("{\"zone\":\"UTC\"}");
    }

    @Test
    void a_refusal_as_text_is_the_answer_of_the_model() throws Exception {
        Turn turn = answered("""
                data: {"choices":[{"index":0,"delta":{"content":null,"refusal":"I would rather not."}}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

                data: [DONE]

                """);

        turn.await();
        assertThat(turn.said.said()).isEqualTo("I would rather not.");
    }

    @ParameterizedTest
    @EnumSource(names = "OLLAMA", mode = EnumSource.Mode.EXCLUDE)
    void an_event_named_error_is_an_error(Wire wire) throws Exception {
        Turn turn = answered(wire, """
                event: error
                data: {"type":"overloaded_error","message":"busy"}

                """);

        assertThat(turn.failure())
                .isInstanceOfSatisfying(
                        ModelFailure.class, e -> assertThat(e.code()).isEqualTo("unavailable"));
    }

    @Test
    void events_of_anthropic_need_no_lines_that_name_them() throws Exception {
        Turn turn = answered(Wire.ANTHROPIC, anthropic("tool_use", """
                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":"Hm."}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: content_block_start
                data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"a","name":"time","input":{}}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\\"n\\":1}"}}

                """).replaceAll("event: .*\n", ""));

        turn.await();
        assertThat(turn.said.said()).isEqualTo("Hm.");
        assertThat(turn.said.tools).containsExactly("time");
        assertThat(turn.said.arguments(0)).isEqualTo("{\"n\":1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"code\":429,\"message\":\"slow down\"}} | too_many_requests",
                "{\"error\":{\"code\":\"502\",\"message\":\"bad gateway\"},\"choices\":[]} | model_error",
                "{\"object\":\"error\",\"message\":\"busy\",\"type\":\"x\",\"param\":null,\"code\":503} | unavailable",
                "{\"error\":\"out of memory\"} | model_error",
            })
    void their_errors_in_the_stream_are_errors(String event, String code) throws Exception {
        ModelFailure failure =
                (ModelFailure) answered("data: " + event + "\n\n").failure();

        assertThat(failure.code()).isEqualTo(code);
    }

    @Test
    void interleaved_calls_are_assembled_separately() throws Exception {
        // Of calls that share an index only the first was seen, with all arguments; a call with the index 1 was
        // `internal`.
        Turn turn = answered("""
                data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"a","function":{"name":"time","arguments":""}}]}}]}

                data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","function":{"name":"sleep","arguments":"{\\"ms\\":"}}]}}]}

                data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"a","function":{"arguments":"{\\"zone\\":\\"UTC\\"}"}}]}}]}

                data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","function":{"arguments":"1}"}}]}}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

                data: [DONE]

                """);

        turn.await();
        assertThat(turn.said.tools).containsExactly("time", "sleep");
        assertThat(turn.said.arguments(0)).isEqualTo("{\"zone\":\"UTC\"}");
        assertThat(turn.said.arguments(1)).isEqualTo("{\"ms\":1}");
        assertThat(turn.said.ended).containsExactly(0, 1);
    }

    @Test
    void calls_are_assembled_however_they_are_split_and_repeated() throws Exception {
        // Repeated in other pieces, a call was made twice; with an id for each piece its arguments were lost.
        Random random = Seed.random("DialectIT");
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                ModelFixture models = ModelFixture.at(provider)) {
            for (int round = 0; round < 50; round++) {
                RandomCalls service = new RandomCalls(random);
                int bytes = 1 + random.nextInt(200);
                provider.answering(answer -> {
                    answer.head().inPacketsOf(bytes);
                    service.parts().forEach(part -> answer.raw(chunk(part)));
                    answer.finish(FakeAnswer.Finish.TOOLS, 1, 1);
                });

                Turn turn = models.ask("hello");

                turn.await();
                List<String> told = IntStream.range(0, turn.said.tools.size())
                        .mapToObj(i -> turn.said.tools.get(i) + " " + turn.said.arguments(i))
                        .toList();
                assertThat(told).as(service + ": " + service.parts()).isEqualTo(service.calls());
            }
        }
    }

    private static String chunk(CallPart part) {
        JsonObject function = new JsonObject().put("arguments", part.arguments());
        if (part.hasName()) function.put("name", part.name());
        JsonObject call = new JsonObject().put("function", function);
        if (part.hasNumber()) call.put("index", Integer.parseInt(part.number()));
        if (part.hasId()) call.put("id", part.id());
        JsonObject delta = new JsonObject().put("tool_calls", new JsonArray().add(call));
        JsonObject choice = new JsonObject().put("index", 0).put("delta", delta);
        return "data: "
                + new JsonObject().put("choices", new JsonArray().add(choice)).encode() + "\n\n";
    }

    @Test
    void contradicting_parts_of_a_call_are_a_failure_of_the_model() throws Exception {
        // Arguments before their name ended with `internal`, by an exception of our code.
        Turn turn = answered("""
                data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"arguments":"{}"}}]}}]}

                data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

                data: [DONE]

                """);

        assertThat(turn.failure())
                .isInstanceOfSatisfying(
                        ModelFailure.class, e -> assertThat(e.code()).isEqualTo("model_error"))
                .hasMessageContaining("without a name");
    }

    /**
     * Symptom: such arguments became members of the request itself, or made it invalid JSON, so that no further message
     * could be sent.
     */
    @ParameterizedTest
    @EnumSource
    void arguments_that_are_not_an_object_stay_in_their_place(Wire wire) throws Exception {
        for (String arguments : List.of(
                "{\"a\":0},\"forged\":1", "{}{}", "{}}", "{\"a\":NaN}", "{\"a\":1,\"a\":2}", "[".repeat(5_000))) {
            try (FakeProvider provider = FakeProvider.start(wire).answering(FakeAnswer::done);
                    ModelFixture models = ModelFixture.at(provider)) {
                models.ask(
                                List.of(
                                        new User("hello"),
                                        new Assistant("", List.of(new ToolRequest("t", "time", arguments))),
                                        new ToolOutcome("t", "time", "Error")),
                                List.of())
                        .await();

                String shown = new JsonObject().put("invalid", arguments).encode();
                wire.assertConversation(
                        provider.calls.getFirst().body(), "", List.of("hello", "time " + shown, "result"));
            }
        }
    }

    @Test
    void reasoning_in_other_field_names_is_recognised() throws Exception {
        Turn turn = answered("""
                data: {"choices":[{"index":0,"delta":{"role":"assistant","content":"","reasoning":"Hm, "}}]}

                data: {"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"yes."}]}]}}]}

                data: {"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Yes."}]},"finish_reason":"stop"}]}

                data: [DONE]

                """);

        turn.await();
        assertThat(turn.said.reasoning).containsExactly("Hm, ", "yes.");
        assertThat(turn.said.said()).isEqualTo("Yes.");
    }

    @Test
    void the_client_requests_answers_without_compression() throws Exception {
        // A request without an accepted encoding accepts any; compressed answers could not be read.
        assertThat(asked(Wire.OPENAI, Map.of()).headers().get("Accept-Encoding"))
                .isEqualTo("identity");
    }

    @Test
    void text_about_errors_is_not_an_error() throws Exception {
        Turn turn = answered("""
                data: {"choices":[{"index":0,"delta":{"content":"{\\"error\\": \\"no\\"}"},"finish_reason":"stop"}]}

                data: [DONE]

                """);

        turn.await();
        assertThat(turn.said.said()).isEqualTo("{\"error\": \"no\"}");
    }

    // --- services compatible with Ollama and Anthropic, and new words of both

    @Test
    void ollama_calls_without_ids_are_separate_calls() throws Exception {
        // Several calls in one line became one, with the arguments of all.
        Turn turn = answered(Wire.OLLAMA, """
                {"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"time","arguments":{"zone":"UTC"}}},\
                {"function":{"name":"sleep","arguments":"{\\"ms\\":1}"}}]},"done":false}

                {"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"list","arguments":{"done":true}}}]},"done":false}
                {"message":{"role":"assistant","content":""},"done": true}
                """);

        turn.await();
        assertThat(turn.said.tools).containsExactly("time", "sleep", "list");
        assertThat(turn.said.arguments(0)).isEqualTo("{\"zone\":\"UTC\"}");
        assertThat(turn.said.arguments(1)).isEqualTo("{\"ms\":1}");
        assertThat(turn.said.arguments(2)).isEqualTo("{\"done\":true}");
        assertThat(turn.said.ended).containsExactly(0, 1, 2);
    }

    @Test
    void a_call_that_begins_with_its_whole_input_has_it_as_arguments() throws Exception {
        // The tool was called without arguments.
        Turn turn = answered(Wire.ANTHROPIC, anthropic("tool_use", """
                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a","name":"time","input":{"zone":"UTC"}}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                """));

        turn.await();
        assertThat(turn.said.tools).containsExactly("time");
        assertThat(turn.said.arguments(0)).isEqualTo("{\"zone\":\"UTC\"}");
    }

    @Test
    void an_answer_that_fills_the_whole_context_is_cut_off() throws Exception {
        Turn turn = answered(Wire.ANTHROPIC, anthropic("model_context_window_exceeded", """
                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"It beg"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                """));

        assertThat(turn.failure())
                .isInstanceOfSatisfying(
                        ModelFailure.class, e -> assertThat(e.code()).isEqualTo("too_large"))
                .hasMessageContaining("cut off")
                .hasMessageContaining("Start a new chat");
    }

    private static String anthropic(String reason, String blocks) {
        return """
                event: message_start
                data: {"type":"message_start","message":{"id":"m","type":"message","role":"assistant","model":"m","content":[],"usage":{"input_tokens":1,"output_tokens":1}}}

                %sevent: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"%s"},"usage":{"output_tokens":1}}

                event: message_stop
                data: {"type":"message_stop"}

                """.formatted(blocks, reason);
    }

    /** The call that a model makes under these settings; it is answered at once. */
    private static Call asked(Wire wire, Map<String, String> settings) throws Exception {
        return asked(wire, settings, new ToolSpec("time", "Tells the time.", "{\"type\":\"object\"}"));
    }

    private static Call asked(Wire wire, Map<String, String> settings, ToolSpec tool) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire).answering(FakeAnswer::done);
                ModelFixture models = new ModelFixture(wire.settings(provider.url(), settings))) {
            models.ask(List.of(new User("hello")), List.of(tool)).await();
            return provider.calls.getFirst();
        }
    }

    private static Turn answered(String stream) throws Exception {
        return answered(Wire.OPENAI, stream);
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
