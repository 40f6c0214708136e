package io.reprise.mcp;

import static io.reprise.mcp.McpBench.call;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.reprise.message.inquiry.Inquiry;
import io.reprise.support.StopSignal;
import io.reprise.testing.Patience;
import io.reprise.tool.AskingException;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolCall.Answer;
import io.reprise.tool.ToolCall.Continued;
import io.reprise.tool.ToolFailure;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that ask people during calls, in both versions of the protocol. */
@Timeout(300)
class McpQuestionsIT {
    private static final JsonObject FORM = new JsonObject()
            .put("mode", "form")
            .put("message", "Which city?")
            .put(
                    "requestedSchema",
                    new JsonObject(
                            "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},\"required\":[\"city\"]}"));

    private McpBench bench = new McpBench();

    @AfterEach
    void end() {
        bench.close();
    }

    // --- the newer protocol

    @Test
    void a_call_that_needs_input_is_made_again_with_the_answer_and_the_state_of_the_server() throws Exception {
        try (FakeMcp fake = FakeMcp.start(true)) {
            fake.calls.put("echo", asked -> {
                if (asked.params().containsKey("inputResponses")) asked.text("It rains in Porto.");
                else asked.result(inputRequired("st\u00e4te", Map.of("q", FORM)));
            });
            Tool tool = bench.with("house", fake).tool("house", "house_echo");

            AskingException asking = asked(tool, call("{\"text\":\"rain\"}"));
            String text = answered(tool, "{\"text\":\"rain\"}", asking, Answer.ACCEPT, "{\"city\":\"Porto\"}");

            assertThat(asking.inquiry().by()).isEqualTo("house");
            assertThat(asking.inquiry().mode()).isEqualTo(Inquiry.Mode.FORM);
            assertThat(asking.inquiry().message()).isEqualTo("Which city?");
            assertThat(asking.inquiry().expiryMs()).isEqualTo(604_800_000);
            assertThat(asking.held()).isNull();
            assertThat(text).isEqualTo("It rains in Porto.");
            JsonObject first = message(fake, 0);
            JsonObject second = message(fake, 1);
            assertThat(second.getValue("id")).isNotEqualTo(first.getValue("id"));
            assertThat(first.getJsonObject("params")
                            .getJsonObject("_meta")
                            .getJsonObject("io.modelcontextprotocol/clientCapabilities")
                            .getJsonObject("elicitation")
                            .fieldNames())
                    .containsExactlyInAnyOrder("form", "url");
            assertThat(second.getJsonObject("params").getString("requestState")).isEqualTo("st\u00e4te");
            assertThat(second.getJsonObject("params").getJsonObject("arguments").encode())
                    .isEqualTo("{\"text\":\"rain\"}");
            assertThat(second.getJsonObject("params")
                            .getJsonObject("inputResponses")
                            .encode())
                    .isEqualTo("{\"q\":{\"action\":\"accept\",\"content\":{\"city\":\"Porto\"}}}");
        }
    }

    @Test
    void several_questions_are_asked_one_after_the_other_and_answered_together() throws Exception {
        try (FakeMcp fake = FakeMcp.start(true)) {
            JsonObject second = FORM.copy().put("message", "Which street?");
            fake.calls.put("echo", asked -> {
                if (asked.params().containsKey("inputResponses")) asked.text("ok");
                else asked.result(inputRequired(null, Map.of("a", FORM, "b", second)));
            });
            Tool tool = bench.with("house", fake).tool("house", "house_echo");

            AskingException first = asked(tool, call("{}"));
            AskingException next = asked(tool, from("{}", first, Answer.DECLINE, null));
            answered(tool, "{}", next, Answer.CANCEL, null);

            assertThat(List.of(first.inquiry().message(), next.inquiry().message()))
                    .containsExactlyInAnyOrder("Which city?", "Which street?");
            assertThat(fake.count("tools/call")).isEqualTo(2);
            JsonObject params = message(fake, 1).getJsonObject("params");
            assertThat(params.containsKey("requestState")).isFalse();
            assertThat(params.getJsonObject("inputResponses").fieldNames()).containsExactlyInAnyOrder("a", "b");
            assertThat(params.getJsonObject("inputResponses").encode()).contains("\"decline\"", "\"cancel\"");
        }
    }

    @Test
    void a_server_that_only_wants_its_state_back_gets_it_at_once_but_not_for_ever() throws Exception {
        try (FakeMcp fake = FakeMcp.start(true)) {
            fake.calls.put("echo", asked -> asked.result(inputRequired("again", Map.of())));
            Tool tool = bench.with("house", fake).tool("house", "house_echo");

            assertThatThrownBy(() -> tool.call(call("{}"), new StopSignal()))
                    .isInstanceOf(ToolFailure.class)
                    .hasMessageContaining("asks too often");
            assertThat(fake.count("tools/call")).isEqualTo(9);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mode\":\"url\",\"message\":\"Pay\",\"url\":\"javascript:alert(1)\"}",
                "{\"mode\":\"url\",\"message\":\"Pay\",\"url\":\"https://bank.example@evil.example/\"}",
                "{\"mode\":\"voice\",\"message\":\"Say\"}",
                "{\"message\":\"\",\"requestedSchema\":{\"type\":\"object\"}}",
                "{\"message\":\"Fill\",\"requestedSchema\":{\"properties\":{\"a\":{\"type\":\"object\"}}}}"
            })
    void what_nobody_can_be_asked_is_an_error_for_the_model(String params) throws Exception {
        try (FakeMcp fake = FakeMcp.start(true)) {
            fake.calls.put("echo", asked -> asked.result(inputRequired("s", Map.of("q", new JsonObject(params)))));
            Tool tool = bench.with("house", fake).tool("house", "house_echo");

            assertThatThrownBy(() -> tool.call(call("{}"), new StopSignal())).isInstanceOf(ToolFailure.class);
        }
    }

    // --- addresses that must be visited first

    @Test
    void a_call_that_needs_a_visit_is_made_again_after_it() throws Exception {
        try (FakeMcp fake = FakeMcp.start(false)) {
            AtomicReference<Boolean> visited = new AtomicReference<>(false);
            fake.calls.put("echo", asked -> {
                if (visited.get()) asked.text("paid");
                else visitRequired(asked);
            });
            Tool tool = bench.with("house", fake).tool("house", "house_echo");

            AskingException asking = asked(tool, call("{}"));
            visited.set(true);

            assertThat(asking.inquiry().mode()).isEqualTo(Inquiry.Mode.URL);
            assertThat(asking.inquiry().url()).isEqualTo("https://pay.example/1");
            assertThat(answered(tool, "{}", asking, Answer.ACCEPT, null)).isEqualTo("paid");
            assertThatThrownBy(() -> answered(tool, "{}", asking, Answer.DECLINE, null))
                    .isInstanceOf(ToolFailure.class)
                    .hasMessageContaining("did not visit");
        }
    }

    private static void visitRequired(FakeMcp.Asked asked) {
        JsonObject one = new JsonObject()
                .put("mode", "url")
                .put("elicitationId", "e1")
                .put("message", "Please pay")
                .put("url", "https://pay.example/1");
        JsonObject error = new JsonObject()
                .put("code", -32042)
                .put("message", "URL elicitation required")
                .put("data", new JsonObject().put("elicitations", new JsonArray().add(one)));
        asked.response()
                .putHeader("Content-Type", "application/json")
                .end(new JsonObject()
                        .put("jsonrpc", "2.0")
                        .put("id", asked.message().getValue("id"))
                        .put("error", error)
                        .encode());
    }

    // --- the older protocol

    @ParameterizedTest
    @EnumSource(Answer.class)
    void a_call_is_held_open_until_the_answer(Answer answer) throws Exception {
        try (FakeMcp fake = FakeMcp.start(false)) {
            asksThenAnswers(fake);
            Tool tool = bench.with("house", fake).tool("house", "house_echo");

            AskingException asking = asked(tool, call("{}"));
            String text = answered(tool, "{}", asking, answer, answer == Answer.ACCEPT ? "{\"city\":\"Porto\"}" : null);

            assertThat(asking.inquiry().message()).isEqualTo("Which city?");
            assertThat(asking.held()).isNotNull();
            assertThat(text).contains(answer.name().toLowerCase(Locale.ROOT));
            assertThat(fake.count("tools/call")).isOne();
        }
    }

    @Test
    void the_time_of_a_call_stands_still_while_a_person_is_asked() throws Exception {
        bench.close();
        bench = new McpBench(Map.of(), Map.of("mcp.callMs", "1000", "mcp.callMsMax", "1000"));
        try (FakeMcp fake = FakeMcp.start(false)) {
            asksThenAnswers(fake);
            Tool tool = bench.with("house", fake).tool("house", "house_echo");

            AskingException asking = asked(tool, call("{}"));
            // Another call runs out of its time meanwhile.
            fake.calls.put("echo", asked -> {});
            assertThatThrownBy(() -> tool.call(call("{}"), new StopSignal())).hasMessageContaining("1000 ms");

            assertThat(answered(tool, "{}", asking, Answer.DECLINE, null)).contains("decline");
        }
    }

    @Test
    void a_call_that_nobody_will_answer_is_cancelled_at_the_server() throws Exception {
        try (FakeMcp fake = FakeMcp.start(false)) {
            asksThenAnswers(fake);
            Tool tool = bench.with("house", fake).tool("house", "house_echo");
            AskingException asking = asked(tool, call("{}"));

            asking.held().drop();

            await().atMost(Patience.LIMIT).until(() -> fake.count("notifications/cancelled") > 0);
            await().atMost(Patience.LIMIT).until(() -> bench.server("house").underWay() == 0);
        }
    }

    @Test
    void calls_that_are_held_take_no_place_of_others_and_have_a_limit_of_their_own() throws Exception {
        bench.close();
        bench = new McpBench(Map.of(), Map.of("mcp.callsMax", "1", "mcp.questionsHeldMax", "1"));
        try (FakeMcp fake = FakeMcp.start(false)) {
            asksThenAnswers(fake);
            Tool tool = bench.with("house", fake).tool("house", "house_echo");

            AskingException asking = asked(tool, call("{}"));

            assertThat(tool.call(call("{}"), new StopSignal()).text()).contains("cancel");
            assertThat(answered(tool, "{}", asking, Answer.DECLINE, null)).contains("decline");
        }
    }

    /** The question comes in the stream of the call, and its answer in a message of its own. */
    private static void asksThenAnswers(FakeMcp fake) {
        fake.calls.put(
                "echo",
                asked -> fake.ask(
                        asked,
                        FORM,
                        answer -> asked.response()
                                .end(FakeMcp.event(asked.answer(FakeMcp.textResult(answer.encode()))))));
    }

    // --- helpers

    private static AskingException asked(Tool tool, ToolCall call) {
        return catchThrowableOfType(AskingException.class, () -> tool.call(call, new StopSignal()));
    }

    private static ToolCall from(String arguments, AskingException asking, Answer answer, String content) {
        return call(arguments).from(new Continued(asking.state(), answer, content, asking.held()));
    }

    private static String answered(Tool tool, String arguments, AskingException asking, Answer answer, String content)
            throws InterruptedException {
        return McpBench.unmarked(tool.call(from(arguments, asking, answer, content), new StopSignal())
                .text());
    }

    private static JsonObject inputRequired(String state, Map<String, JsonObject> questions) {
        JsonObject requests = new JsonObject();
        questions.forEach((key, params) -> requests.put(
                key, new JsonObject().put("method", "elicitation/create").put("params", params)));
        JsonObject result = new JsonObject().put("resultType", "input_required");
        if (!questions.isEmpty()) result.put("inputRequests", requests);
        return state == null ? result : result.put("requestState", state);
    }

    private static JsonObject message(FakeMcp fake, int call) {
        return fake.received.stream()
                .filter(message -> "tools/call".equals(message.getString("method")))
                .skip(call)
                .findFirst()
                .orElseThrow();
    }
}
