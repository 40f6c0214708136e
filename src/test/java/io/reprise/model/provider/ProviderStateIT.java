package io.reprise.model.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.Kept;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelTurn;
import io.reprise.model.provider.FakeAnswer.Finish;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.ModelFixture.Turn;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Data that a provider sends with a turn and expects back with it, on the wire. */
@Timeout(300)
class ProviderStateIT {
    private static final String CALL = """
            {"index":0,"id":"a","type":"function","function":{"name":"time","arguments":"{}"}%s}""";

    // --- OpenAI and compatible services

    /** Symptom: DeepSeek and Kimi answered 400 after each tool call: they require the reasoning of its turn. */
    @ParameterizedTest
    @ValueSource(strings = {"reasoning_content", "reasoning"})
    void reasoning_is_sent_back_under_its_original_name(String name) throws Exception {
        JsonObject turn = openAi(chunk("{\"role\":\"assistant\",\"%s\":\"They want \"}".formatted(name))
                + chunk("{\"%s\":\"the time.\"}".formatted(name))
                + call("")
                + end("tool_calls"));

        assertThat(turn.getString(name)).isEqualTo("They want the time.");
        assertThat(turn.getJsonArray("tool_calls")).hasSize(1);
        assertThat(turn.fieldNames()).containsOnlyOnce(name).doesNotContain("content_thinking");
    }

    /**
     * A turn with calls but without reasoning: the field was present but empty, and a request without it would be
     * refused.
     */
    @Test
    void empty_reasoning_is_sent_back_too() throws Exception {
        JsonObject turn = openAi(chunk("{\"reasoning_content\":\"\"}") + call("") + end("tool_calls"));

        assertThat(turn.getString("reasoning_content")).isEmpty();
    }

    @Test
    void reasoning_in_parts_of_the_content_is_sent_back_as_such() throws Exception {
        JsonObject turn = openAi(
                chunk("{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"Hm.\"}]}]}")
                        + chunk("{\"content\":\"Well.\"}")
                        + call("")
                        + end("tool_calls"));

        assertThat(turn.getJsonArray("content")).isEqualTo(new JsonArray("""
                        [{"type":"thinking","thinking":[{"type":"text","text":"Hm."}]},{"type":"text","text":"Well."}]"""));
    }

    /** As Gemini signs its calls, and other fields that a service adds there. */
    @Test
    void unknown_fields_of_a_call_are_sent_back_with_it() throws Exception {
        JsonObject turn = openAi(call(
                        ",\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}},\"provider_specific_fields\":null")
                + end("tool_calls"));

        JsonObject call = turn.getJsonArray("tool_calls").getJsonObject(0);
        assertThat(call.getJsonObject("extra_content"))
                .isEqualTo(new JsonObject("{\"google\":{\"thought_signature\":\"c2ln\"}}"));
        assertThat(call.containsKey("provider_specific_fields")).isFalse();
    }

    /** Symptom: of two calls the second had the signature of the first, when the service gave both the same index. */
    @Test
    void each_call_has_its_own() throws Exception {
        String second =
                "{\"index\":0,\"id\":\"b\",\"function\":{\"name\":\"time\",\"arguments\":\"{}\",\"seal\":\"2\"}}";
        JsonObject turn =
                openAi(call(",\"seal\":\"1\"") + chunk("{\"tool_calls\":[%s]}".formatted(second)) + end("tool_calls"));

        JsonArray calls = turn.getJsonArray("tool_calls");
        assertThat(calls.getJsonObject(0).getString("seal")).isEqualTo("1");
        assertThat(calls.getJsonObject(1).containsKey("seal")).isFalse();
        assertThat(calls.getJsonObject(1).getJsonObject("function").getString("seal"))
                .isEqualTo("2");
    }

    /** As OpenRouter streams them: in numbered pieces. */
    @Test
    void reasoning_details_that_came_in_pieces_are_sent_back_whole() throws Exception {
        JsonObject turn = openAi(chunk(
                        "{\"reasoning\":\"Let \",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"Let \",\"index\":0}]}")
                + chunk(
                        "{\"reasoning\":\"me.\",\"reasoning_details\":[{\"type\":\"reasoning.text\",\"text\":\"me.\",\"index\":0}]}")
                + chunk("{\"reasoning_details\":[{\"type\":\"reasoning.text\",\"signature\":\"c2ln\",\"index\":0},"
                        + "{\"type\":\"reasoning.encrypted\",\"data\":\"eA==\",\"index\":1}]}")
                + call("")
                + end("tool_calls"));

        assertThat(turn.getJsonArray("reasoning_details")).isEqualTo(new JsonArray("""
                [{"type":"reasoning.text","text":"Let me.","index":0,"signature":"c2ln"},
                 {"type":"reasoning.encrypted","data":"eA==","index":1}]"""));
        assertThat(turn.getString("reasoning")).isEqualTo("Let me.");
    }

    @Test
    void signatures_are_sent_back_also_without_tool_calls() throws Exception {
        JsonObject turn = openAi(chunk(
                        "{\"content\":\"Noon.\",\"reasoning_content\":\"Hm.\",\"reasoning_opaque\":\"b3A=\","
                                + "\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}},\"refusal\":null,\"obfuscation\":\"x\"}")
                + end("stop"));

        assertThat(turn.fieldNames()).containsExactlyInAnyOrder("role", "content", "extra_content", "reasoning_opaque");
    }

    @ParameterizedTest
    @CsvSource({"with_tools,false,false", "with_tools,true,true", "always,false,true", "never,true,false"})
    void reasoning_is_sent_back_according_to_the_setting(String setting, boolean called, boolean sent)
            throws Exception {
        String answer = chunk("{\"content\":\"Well.\",\"reasoning_content\":\"Hm.\"}")
                + (called ? call("") + end("tool_calls") : end("stop"));

        JsonObject turn = again(Wire.OPENAI, Map.of("model.openai.sendThoughts", setting), answer);

        assertThat(turn.containsKey("reasoning_content")).isEqualTo(sent);
    }

    /** The answer after a tool call belongs to the same turn: its reasoning is required, too. */
    @Test
    void the_answer_after_a_call_has_its_reasoning_until_the_next_users_message() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                ModelFixture models = new ModelFixture(Wire.OPENAI.settings(provider.url(), Map.of()))) {
            Assistant calling =
                    said(models, provider, chunk("{\"reasoning_content\":\"One.\"}") + call("") + end("tool_calls"));
            Assistant answer = said(
                    models, provider, chunk("{\"reasoning_content\":\"Two.\",\"content\":\"Noon.\"}") + end("stop"));
            Assistant plain = said(
                    models, provider, chunk("{\"reasoning_content\":\"Three.\",\"content\":\"Hi.\"}") + end("stop"));

            List<ModelMessage> all =
                    List.of(new User("a"), calling, outcome(calling), answer, new User("b"), plain, new User("c"));
            models.ask(all, List.of());

            JsonArray sent = provider.take().body().getJsonArray("messages");
            assertThat(sent.getJsonObject(1).getString("reasoning_content")).isEqualTo("One.");
            assertThat(sent.getJsonObject(3).getString("reasoning_content")).isEqualTo("Two.");
            assertThat(sent.getJsonObject(5).containsKey("reasoning_content")).isFalse();
        }
    }

    /** Symptom: a run that was stopped while a call was streamed left a turn that DeepSeek refused from then on. */
    @Test
    void an_aborted_turn_with_calls_has_empty_reasoning_where_reasoning_is_required() throws Exception {
        Assistant broken = new Assistant("", List.of(new ToolRequest("t", "time", "{}")));
        Assistant plain = new Assistant("Hi.", List.of());
        List<ModelMessage> all = List.of(new User("a"), broken, outcome(broken), new User("b"), plain, new User("c"));
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                ModelFixture models = ModelFixture.at(provider)) {
            models.ask(all, List.of());
            JsonArray before = provider.take().body().getJsonArray("messages");
            said(models, provider, chunk("{\"reasoning_content\":\"Hm.\",\"content\":\"Well.\"}") + end("stop"));
            models.ask(all, List.of());
            JsonArray after = provider.take().body().getJsonArray("messages");

            assertThat(before.encode()).doesNotContain("reasoning_content");
            assertThat(after.getJsonObject(1).getString("reasoning_content")).isEmpty();
            assertThat(after.getJsonObject(4).containsKey("reasoning_content")).isFalse();
        }
    }

    /**
     * Symptom: after a change to DeepSeek or Kimi the first message of a conversation with calls was refused. Cause: that
     * such a model requires reasoning was known only once it had sent some.
     */
    @Test
    void a_request_refused_for_missing_reasoning_is_sent_again_with_empty_reasoning() throws Exception {
        Assistant foreign = new Assistant("", List.of(new ToolRequest("t", "time", "{}")));
        List<ModelMessage> all = List.of(new User("a"), foreign, outcome(foreign), new User("b"));
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                ModelFixture models = ModelFixture.at(provider)) {
            Turn asked = models.ask(all, List.of());
            provider.take().answer().refuse(400, "invalid_request_error", "The reasoning_content must be passed back.");
            Call again = provider.take();
            again.answer().text("Well.").finish(Finish.STOP, 1, 1);

            assertThat(again.body().getJsonArray("messages").getJsonObject(1).getString("reasoning_content"))
                    .isEmpty();
            assertThat(asked.await().of(ModelTurn.Response.UNKNOWN)).isEqualTo(new ModelTurn(1, 1));
        }
    }

    @Test
    void a_request_that_is_refused_twice_is_not_sent_a_third_time() throws Exception {
        Assistant foreign = new Assistant("", List.of(new ToolRequest("t", "time", "{}")));
        try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                ModelFixture models = ModelFixture.at(provider)) {
            provider.answering(answer -> answer.refuse(400, "invalid_request_error", "reasoning_content is missing"));
            Turn asked = models.ask(List.of(new User("a"), foreign, outcome(foreign), new User("b")), List.of());

            assertThat(asked.failure()).isInstanceOf(ModelFailure.class);
            assertThat(provider.calls).hasSize(2);
        }
    }

    // --- Ollama

    @Test
    void ollama_receives_the_reasoning_of_a_turn_with_calls() throws Exception {
        JsonObject turn = again(Wire.OLLAMA, Map.of(), """
                {"message":{"role":"assistant","content":"","thinking":"They want "},"done":false}
                {"message":{"role":"assistant","content":"","thinking":"the time."},"done":false}
                {"message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"time","arguments":{}},"signature":"c2ln"}]},"done":false}
                {"message":{"role":"assistant","content":""},"done":true,"done_reason":"stop"}
                """);

        assertThat(turn.getString("thinking")).isEqualTo("They want the time.");
        assertThat(turn.getJsonArray("tool_calls").getJsonObject(0).getString("signature"))
                .isEqualTo("c2ln");
    }

    // --- Anthropic

    /** Symptom: empty and encrypted reasoning was dropped, and several blocks became one without a valid signature. */
    @Test
    void anthropic_receives_its_blocks_unchanged() throws Exception {
        String blocks = block(
                        0,
                        "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}",
                        thinking("Fi"),
                        thinking("rst."),
                        signature("s0"))
                + block(1, "{\"type\":\"redacted_thinking\",\"data\":\"cmVk\"}")
                + block(2, "{\"type\":\"text\",\"text\":\"\"}", text("Let me see."))
                + block(3, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}", signature("s3"))
                + block(4, "{\"type\":\"thinking\",\"thinking\":\"\"}", thinking("Second."), signature("s4"))
                + block(5, "{\"type\":\"text\",\"text\":\"\"}", text("Now."))
                + block(
                        6,
                        "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"time\",\"input\":{},\"caller\":{\"type\":\"direct\"}}");

        JsonArray sent =
                again(Wire.ANTHROPIC, Map.of(), anthropic(blocks, "tool_use")).getJsonArray("content");

        String id = (String) ((JsonObject) sent.remove(6)).remove("id");
        assertThat(id).isNotBlank();
        assertThat(sent).isEqualTo(new JsonArray("""
                [{"type":"thinking","thinking":"First.","signature":"s0"},
                 {"type":"redacted_thinking","data":"cmVk"},
                 {"type":"text","text":"Let me see."},
                 {"type":"thinking","thinking":"","signature":"s3"},
                 {"type":"thinking","thinking":"Second.","signature":"s4"},
                 {"type":"text","text":"Now."}]"""));
    }

    @Test
    void an_anthropic_turn_without_reasoning_has_no_state() throws Exception {
        try (FakeProvider provider = FakeProvider.start(Wire.ANTHROPIC);
                ModelFixture models = ModelFixture.at(provider)) {
            Turn turn = models.ask("hello");
            provider.take().answer().text("Yes.").tool(0, "a", "time", "{}").finish(Finish.TOOLS, 1, 1);

            assertThat(turn.await().of(ModelTurn.Response.UNKNOWN)).isEqualTo(new ModelTurn(1, 1));
        }
    }

    // --- which model it belongs to

    @ParameterizedTest
    @CsvSource({"model.openai.name,other", "model.openai.baseUrl,", "model.provider,ollama"})
    void provider_data_is_not_sent_to_another_model(String setting, String value) throws Exception {
        try (FakeProvider first = FakeProvider.start(Wire.OPENAI);
                FakeProvider second = FakeProvider.start("ollama".equals(value) ? Wire.OLLAMA : Wire.OPENAI);
                ModelFixture models = ModelFixture.at(first)) {
            Assistant turn = said(
                    models,
                    first,
                    chunk("{\"reasoning_content\":\"SECRET\",\"reasoning_opaque\":\"SECRET\"}")
                            + call(",\"extra_content\":\"SECRET\"")
                            + end("tool_calls"));
            boolean elsewhere = !setting.equals("model.openai.name");
            Map<String, String> settings =
                    new HashMap<>(second.wire.settings(elsewhere ? second.url() : first.url(), Map.of()));
            if (!elsewhere) settings.put(setting, value);
            FakeProvider asked = elsewhere ? second : first;

            try (ModelFixture others = new ModelFixture(settings)) {
                others.ask(List.of(new User("a"), turn, outcome(turn)), List.of());

                Call call = asked.take();
                assertThat(call.body().encode()).contains("noon").doesNotContain("SECRET");
            }
        }
    }

    // --- helpers

    /** What an answer with these chunks looks like when it is sent back. */
    private static JsonObject openAi(String answer) throws Exception {
        return again(Wire.OPENAI, Map.of(), answer);
    }

    private static JsonObject again(Wire wire, Map<String, String> settings, String answer) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture models = new ModelFixture(wire.settings(provider.url(), settings))) {
            Assistant turn = said(models, provider, answer);
            List<ModelMessage> messages = new ArrayList<>(List.of(new User("a"), turn));
            turn.calls().forEach(call -> messages.add(new ToolOutcome(call.id(), call.name(), "noon")));
            messages.add(new User("and?"));
            models.ask(messages, List.of());
            return provider.take().body().getJsonArray("messages").getJsonObject(1);
        }
    }

    /** The turn as an agent stores it. */
    private static Assistant said(ModelFixture models, FakeProvider provider, String answer) throws Exception {
        Turn asked = models.ask("a");
        provider.take().answer().raw(answer).end();
        ModelTurn turn = asked.await();
        List<ToolRequest> calls = new ArrayList<>();
        for (int i = 0; i < asked.said.tools.size(); i++) {
            calls.add(new ToolRequest(
                    "t_" + i, asked.said.tools.get(i), "{}", turn.callStates().get(i)));
        }
        String thoughts = String.join("", asked.said.reasoning);
        Kept kept = turn.state() == null ? null : new Kept(thoughts, turn.state());
        String text = asked.said.said();
        return new Assistant(text.isEmpty() ? List.of() : List.of(text), calls, kept);
    }

    private static ToolOutcome outcome(Assistant turn) {
        ToolRequest call = turn.calls().getFirst();
        return new ToolOutcome(call.id(), call.name(), "noon");
    }

    private static String chunk(String delta) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":" + delta + "}]}\n\n";
    }

    private static String call(String members) {
        return chunk("{\"tool_calls\":[" + CALL.formatted(members).strip() + "]}");
    }

    private static String end(String reason) {
        return "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason
                + "\"}]}\n\ndata: [DONE]\n\n";
    }

    private static String anthropic(String blocks, String reason) {
        return sse("{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"type\":\"message\",\"role\":\"assistant\","
                        + "\"model\":\"m\",\"content\":[],\"usage\":{\"input_tokens\":1,\"output_tokens\":1}}}")
                + blocks
                + sse("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" + reason
                        + "\"},\"usage\":{\"output_tokens\":1}}")
                + sse("{\"type\":\"message_stop\"}");
    }

    private static String block(int index, String block, String... deltas) {
        StringBuilder events = new StringBuilder(
                sse("{\"type\":\"content_block_start\",\"index\":" + index + ",\"content_block\":" + block + "}"));
        for (String delta : deltas) {
            events.append(sse("{\"type\":\"content_block_delta\",\"index\":" + index + ",\"delta\":" + delta + "}"));
        }
        return events.append(sse("{\"type\":\"content_block_stop\",\"index\":" + index + "}"))
                .toString();
    }

    private static String thinking(String text) {
        return "{\"type\":\"thinking_delta\",\"thinking\":\"" + text + "\"}";
    }

    private static String signature(String text) {
        return "{\"type\":\"signature_delta\",\"signature\":\"" + text + "\"}";
    }

    private static String text(String text) {
        return "{\"type\":\"text_delta\",\"text\":\"" + text + "\"}";
    }

    private static String sse(String data) {
        return "event: " + new JsonObject(data).getString("type") + "\ndata: " + data + "\n\n";
    }
}
