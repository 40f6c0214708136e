package io.reprise.model.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.message.Json;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelTurn;
import io.reprise.model.RecordingSink;
import io.reprise.support.OwnThread;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.support.Stopwatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class DemoModelTest {
    private final DemoModel model = new DemoModel();
    private final RecordingSink sink = new RecordingSink();
    private final StopSignal stop = new StopSignal();

    @Test
    void stream_says_exactly_its_words_one_per_delta() throws Exception {
        ModelTurn turn = ask("/stream 1000 0");

        List<String> words =
                IntStream.rangeClosed(1, 1000).mapToObj(i -> "w" + i + " ").toList();
        assertThat(sink.text).isEqualTo(words);
        assertThat(turn.usage().output()).isEqualTo(1000);
    }

    /**
     * Each word takes its reader 40 of the 50 ms: if the pauses were only added to that, the time would nearly double.
     */
    @Test
    void a_paced_stream_compensates_for_delays() {
        long second = TimeUnit.SECONDS.toNanos(1);

        assertThat(Voice.pauseNanos(10, 20, second / 10)).isEqualTo(second / 2 - second / 10);
        assertThat(Voice.pauseNanos(10, 20, second))
                .as("late by another's fault")
                .isZero();
        assertThat(Voice.pauseNanos(10, 0, 0)).as("as fast as possible").isZero();
    }

    @Test
    void a_paced_stream_keeps_its_rate() throws Exception {
        Stopwatch watch = Stopwatch.started();

        model.stream(request("/stream 11 100"), sink, stop);

        assertThat(watch.ms()).isGreaterThanOrEqualTo(100);
        assertThat(sink.text).hasSize(11);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/stream",
                "/stream x",
                "/stream 0 0",
                "/stream 10000001 0",
                "/stream 5 1000001",
                "/stream 5 5 5",
                "/stream 99999999999 0",
                "/think",
                "/think many",
                "/steps 0",
                "/steps 1001",
                "/tool",
                "/fail",
                "/echo",
                "/hang on",
                "/usage now",
                "/tools all"
            })
    void bad_arguments_of_a_demo_command_are_answered_with_its_usage(String text) throws Exception {
        ask(text);

        assertThat(sink.said()).startsWith("Usage: `/").endsWith(".").hasSizeLessThan(120);
        assertThat(sink.said()).contains(text.split(" ")[0]);
    }

    @Test
    void an_unknown_command_is_answered_with_those_that_exist() throws Exception {
        ask("/dance");

        assertThat(sink.said()).contains("Unknown command `/dance`", "/stream", "/usage");
    }

    @Test
    void think_reasons_first_and_then_answers() throws Exception {
        ask("/think 3");

        assertThat(sink.reasoning).containsExactly("t1 ", "t2 ", "t3 ");
        assertThat(sink.said()).isNotBlank();
    }

    @Test
    void tool_calls_with_arguments_in_fragments_and_then_answers_with_the_result() throws Exception {
        ask("/tool time {\"zone\": \"Europe/Berlin\"}");
        assertThat(sink.tools).containsExactly("time");
        assertThat(sink.arguments(0)).isEqualTo("{\"zone\": \"Europe/Berlin\"}");
        assertThat(sink.ended).containsExactly(0);

        List<ModelMessage> conversation = new ArrayList<>();
        conversation.add(new User("/tool time {\"zone\": \"Europe/Berlin\"}"));
        addRound(conversation, "12:34");
        ask(conversation);
        assertThat(sink.said()).contains("12:34");
        assertThat(sink.tools).hasSize(1);
    }

    @Test
    void several_lines_call_several_tools_at_once_and_each_result_is_told() throws Exception {
        String said = "/tool time {\n  \"zone\": \"Asia/Tokyo\"\n}\n\n /Tool sleep\n/tool time {}";
        ask(said);
        assertThat(sink.tools).containsExactly("time", "sleep", "time");
        assertThat(sink.arguments(0)).isEqualTo("{\n  \"zone\": \"Asia/Tokyo\"\n}");
        assertThat(sink.arguments(1)).isEqualTo("{}");
        assertThat(sink.ended).containsExactly(0, 1, 2);
        assertThat(sink.said()).isEmpty();

        List<ModelMessage> conversation = new ArrayList<>();
        conversation.add(new User(said));
        List<ToolRequest> calls = Stream.of("a", "b", "c")
                .map(id -> new ToolRequest(id, "time", "{}"))
                .toList();
        conversation.add(new Assistant("", calls));
        calls.forEach(call -> conversation.add(new ToolOutcome(call.id(), call.name(), "result " + call.id())));
        ask(conversation);
        assertThat(sink.said())
                .isEqualTo("`time` answered: result a\n\n`sleep` answered: result b\n\n`time` answered: result c");
        assertThat(sink.tools).hasSize(3);
    }

    @Test
    void one_invalid_line_prevents_all_calls() throws Exception {
        ask("/tool time {}\n/tool \n/tool time {}");

        assertThat(sink.tools).isEmpty();
        assertThat(sink.said()).startsWith("Usage: `/tool");
    }

    @Test
    void tools_lists_what_the_request_offers() throws Exception {
        ModelRequest bare = request("/tools");
        model.stream(bare, sink, stop);
        assertThat(sink.said()).isEqualTo("This agent has no tools.");

        List<ModelRequest.ToolSpec> offered = List.of(
                new ModelRequest.ToolSpec("time", "Returns the time. In a zone.", "{}"),
                new ModelRequest.ToolSpec("web_search", "Searches the web\nand more", "{}"));
        RecordingSink other = new RecordingSink();
        model.stream(new ModelRequest(bare.messages(), offered, bare.limits()), other, stop);
        assertThat(other.said())
                .isEqualTo(
                        "This agent has these tools:\n\n- `time`: Returns the time.\n- `web_search`: Searches the web");
    }

    @Test
    void tool_without_arguments_calls_with_an_empty_object() throws Exception {
        ask("/tool time");

        assertThat(sink.arguments(0)).isEqualTo("{}");
    }

    @Test
    void steps_makes_its_rounds_and_then_answers() throws Exception {
        List<ModelMessage> conversation = new ArrayList<>();
        conversation.add(new User("/steps 3"));
        for (int round = 1; round <= 3; round++) {
            ask(conversation);
            assertThat(sink.tools).hasSize(round);
            assertThat(sink.said()).isEmpty();
            addRound(conversation, "12:34");
        }

        ask(conversation);

        assertThat(sink.tools).hasSize(3);
        assertThat(sink.said()).contains("3 rounds");
    }

    @Test
    void only_rounds_since_the_last_message_count() throws Exception {
        List<ModelMessage> conversation = new ArrayList<>();
        conversation.add(new User("/steps 1"));
        addRound(conversation, "12:34");
        conversation.add(new User("/steps 1"));

        ask(conversation);

        assertThat(sink.tools).containsExactly("time");
    }

    @ParameterizedTest
    @CsvSource({
        "401, model_error",
        "429, too_many_requests",
        "500, model_error",
        "503, unavailable",
        "504, timeout",
        "timeout, timeout",
        "busy, busy",
        "What?!, model_error"
    })
    void fail_fails_as_a_provider_would(String given, String code) {
        assertThatThrownBy(() -> ask("/fail " + given))
                .isInstanceOfSatisfying(
                        ModelFailure.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
        assertThat(sink.text).isEmpty();
    }

    @Test
    void echo_says_its_text_unchanged() throws Exception {
        ask("/echo  a  b\n\tc 😀 ");

        assertThat(sink.said()).isEqualTo(" a  b\n\tc 😀");
    }

    @Test
    void usage_says_in_words_what_it_reports_in_numbers() throws Exception {
        ModelTurn turn = ask(List.of(new User("one two"), new Assistant("three", List.of()), new User("/usage")));

        assertThat(turn.usage().input()).isEqualTo(4);
        assertThat(sink.said())
                .isEqualTo("This answer read 4 tokens and wrote " + turn.usage().output() + ".")
                .satisfies(
                        text -> assertThat(text.split(" ")).hasSize(turn.usage().output()));
    }

    @Test
    void ordinary_text_is_answered_with_a_bit_of_what_was_said() throws Exception {
        ask("what   is\n a *monad*, please?");

        assertThat(sink.said()).contains("what is a monad , please?", "/stream");
        assertThat(sink.text).hasSizeBetween(50, 160);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "remind me in 10 seconds to stretch | in 10 seconds | stretch",
                "Remind me in an hour that the cake is done! | in an hour | the cake is done",
                "please remind me tomorrow at 9:00 to call Ada. | tomorrow at 9:00 | call Ada",
                "remind me to call Ada tomorrow at 9:00 | tomorrow at 9:00 | call Ada",
                "remind me to sit in the sun at 5pm | at 5pm | sit in the sun",
                "remind me to write to Bob on Friday at 14:00 | on Friday at 14:00 | write to Bob",
                "every 30 seconds remind me to look up | every 30 seconds | look up",
                "Tomorrow morning, remind me to say \"hi\" | Tomorrow morning | say \"hi\"",
                "can you remind me every weekday at 9am of the stand-up? | every weekday at 9am | the stand-up",
            })
    void a_reminder_calls_the_tool_that_schedules_it(String said, String when, String text) throws Exception {
        ask(said);

        assertThat(sink.tools).containsExactly("schedule_recall");
        Map<?, ?> arguments = Json.parse(sink.arguments(0), Map.class);
        assertThat(arguments).isEqualTo(Map.of("when", when, "text", text));
        assertThat(sink.said()).isEmpty();
    }

    @Test
    void a_reminder_is_confirmed_or_refused_with_the_text_of_the_tool() throws Exception {
        List<ModelMessage> conversation = new ArrayList<>();
        conversation.add(new User("remind me in 10 seconds to stretch"));
        addRound(conversation, "Scheduled in 10 seconds.");
        ask(conversation);
        assertThat(sink.said()).contains("Scheduled in 10 seconds.").doesNotContain("cannot");

        conversation.add(new User("remind me today at 1:00 to sleep"));
        addRound(conversation, "Error: This time is in the past.");
        ask(conversation);
        assertThat(sink.said()).endsWith("I cannot set this reminder. This time is in the past.");
    }

    @ParameterizedTest
    @ValueSource(strings = {"remind me to stretch", "remind me", "Could you remind me?"})
    void a_reminder_request_without_a_time_is_answered_with_a_question(String said) throws Exception {
        ask(said);

        assertThat(sink.tools).isEmpty();
        assertThat(sink.said()).startsWith("When?");
    }

    @Test
    void the_demo_model_announces_a_due_recall_and_executes_its_command() throws Exception {
        ask(List.<ModelMessage>of(User.ofRecall("stretch")));
        assertThat(sink.said()).isEqualTo("**Reminder:** stretch");

        ask(List.<ModelMessage>of(User.ofRecall("remind me in 10 seconds to stretch")));
        assertThat(sink.tools).isEmpty();

        ask(List.<ModelMessage>of(User.ofRecall("/tool time")));
        assertThat(sink.tools).containsExactly("time");
    }

    @Test
    void a_conversation_without_messages_is_answered_with_a_greeting() throws Exception {
        ask(List.<ModelMessage>of());

        assertThat(sink.said()).startsWith("**Hello!**");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/hang", "/stream 10000000 1", "/stream 10000000 0", "/think 10000000", "hello there"})
    void a_tool_can_be_stopped_whatever_it_does(String text) {
        OwnThread<ModelTurn> work = OwnThread.start("demo", stop, own -> model.stream(request(text), sink, own));

        stop.stop(Reason.USER);

        assertThatThrownBy(() -> work.await(TimeUnit.SECONDS.toNanos(120)))
                .isInstanceOf(ExecutionException.class)
                .satisfies(e ->
                        assertThat(e.getCause()).isInstanceOfAny(StoppedException.class, InterruptedException.class));
    }

    private ModelTurn ask(String text) throws InterruptedException {
        return model.stream(request(text), sink, stop);
    }

    private ModelTurn ask(List<ModelMessage> conversation) throws InterruptedException {
        return model.stream(request(conversation), sink, stop);
    }

    private static void addRound(List<ModelMessage> conversation, String result) {
        String id = conversation.stream().map(Object::toString).collect(Collectors.joining());
        conversation.add(new Assistant("", List.of(new ToolRequest(id, "time", "{}"))));
        conversation.add(new ToolOutcome(id, "time", result));
    }

    private static ModelRequest request(String text) {
        return request(List.of(new User(text)));
    }

    private static ModelRequest request(List<ModelMessage> conversation) {
        return new ModelRequest(conversation, List.of(), new ModelRequest.Limits(1_000, 1_000));
    }
}
