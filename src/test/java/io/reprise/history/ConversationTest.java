package io.reprise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Json;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.message.log.LogRow;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConversationTest {
    private final List<LogRow> rows = new ArrayList<>();

    @Test
    void a_log_becomes_messages_in_the_order_in_which_they_began() {
        run("r1", "hello");
        say("r1", "a1", "hi ", "there");
        log("r1", new LogEvent.RunFinished("s", "r1", LogEvent.Outcome.SUCCESS, List.of()));

        Conversation conversation = Conversation.of(rows);

        assertThat(conversation.messages()).extracting(ChatMessage::text).containsExactly("hello", "hi there");
        assertThat(conversation.messages().getFirst().metadata().command()).isEqualTo("c1");
        assertThat(conversation.messages().getLast().metadata().outcome()).isNull();
        assertThat(conversation.activeRun()).isNull();
    }

    @Test
    void parts_of_a_message_are_read_with_it_also_those_of_a_later_version() {
        Part audio = new Part.Unknown("audio", "{\"type\":\"audio\",\"attachment\":\"at_1\"}");
        log("r1", new LogEvent.RunStarted("s", "r1", new LogEvent.RunMetadata("user")));
        for (String text : List.of("see", "")) {
            String id = "u_" + text;
            List<Part> rest = List.of(audio, new Part.Text("this"));
            log("r1", new LogEvent.TextStart(id, Role.USER, new LogEvent.MessageMetadata("c1", "me").with(rest)));
            if (!text.isEmpty()) log("r1", new LogEvent.TextContent(id, text));
            log("r1", new LogEvent.TextEnd(id));
        }
        log("r1", new LogEvent.ToolCallStart("t1", "draw", "a1"));
        log("r1", ToolCallResult.of("x1", "t1", Content.of("", List.of(audio))));

        Conversation conversation = Conversation.of(rows);

        List<ChatMessage> messages = conversation.messages();
        assertThat(messages.get(0).content().parts())
                .containsExactly(new Part.Text("see"), audio, new Part.Text("this"));
        assertThat(messages.get(0).text()).isEqualTo("see\n\nthis");
        assertThat(messages.get(1).content().parts()).containsExactly(audio, new Part.Text("this"));
        assertThat(messages.getLast().content().parts()).containsExactly(audio);
        assertThat(Json.text(messages.getLast()))
                .contains("\"content\":[{\"type\":\"audio\",\"attachment\":\"at_1\"}]");
        assertThat(conversation.begins(Role.USER)).as("what a title is made of").isEqualTo("see\n\nthis");
    }

    @Test
    void incomplete_messages_belong_to_the_active_run() {
        run("r1", "hello");
        log("r1", new LogEvent.TextStart("a1", Role.ASSISTANT, null));
        log("r1", new LogEvent.TextContent("a1", "half"));
        log("r1", new LogEvent.ToolCallStart("t1", "time", "a0"));
        log("r1", new LogEvent.ToolCallArgs("t1", "{\"zo"));

        Conversation conversation = Conversation.of(rows);

        ActiveRun run = conversation.activeRun();
        assertThat(run.open()).containsExactly(new ActiveRun.OpenMessage("a1", Role.ASSISTANT, "half", null));
        assertThat(run.toolCalls()).containsExactly(new ActiveRun.OpenCall("t1", "time", "{\"zo", false));
        assertThat(conversation.messages()).extracting(ChatMessage::id).doesNotContain("a1");
    }

    @Test
    void the_last_text_of_a_run_says_what_the_run_took() {
        var usage = List.of(LogEvent.TokenUsage.of("p", "gpt", 3, 4));
        run("r1", "hello");
        answer("r1", "a1", "gpt");
        answer("r1", "a2", "gpt-mini");
        log("r1", new LogEvent.RunFinished("s", "r1", LogEvent.Outcome.SUCCESS, usage));
        run("r2", "again");
        answer("r2", "a3", "gpt");
        log("r2", new LogEvent.RunFinished("s", "r2", LogEvent.Outcome.CANCELLED, null));

        List<ChatMessage.Metadata> answers = Conversation.of(rows).messages().stream()
                .filter(message -> message.role() == Role.ASSISTANT)
                .map(ChatMessage::metadata)
                .toList();

        assertThat(answers).extracting(ChatMessage.Metadata::model).containsExactly("gpt", "gpt-mini", "gpt");
        assertThat(answers).extracting(ChatMessage.Metadata::usage).containsExactly(null, usage, null);
        // From the first event of the run to its last one, which are a second apart
        assertThat(answers).extracting(ChatMessage.Metadata::durationMs).containsExactly(null, 10_000L, null);
    }

    @Test
    void usage_and_duration_of_a_run_are_not_attached_to_a_superseded_text() {
        run("r1", "hello");
        answer("r1", "a1", "gpt");
        answer("r1", "a2", "gpt");
        log("r1", LogEvent.Custom.of(new LogEvent.RunRestarted("r1", 2, 7, "a1")));
        log("r1", new LogEvent.RunFinished("s", "r1", LogEvent.Outcome.interrupt(List.of()), List.of()));

        ChatMessage last = Conversation.of(rows).messages().getLast();

        assertThat(last.id()).isEqualTo("a1");
        assertThat(last.metadata().usage()).isEmpty();
    }

    @Test
    void a_call_is_part_of_its_message_and_its_result_is_a_separate_message() {
        run("r1", "what time is it?");
        for (String call : List.of("t1", "t2")) {
            log("r1", new LogEvent.ToolCallStart(call, "time", "a1"));
            log("r1", new LogEvent.ToolCallArgs(call, "{}"));
            log("r1", new LogEvent.ToolCallEnd(call));
        }
        log("r1", ToolCallResult.of("x1", "t2", "noon"));
        log("r1", ToolCallResult.cancelled("x2", "t1", "cancelled"));

        List<ChatMessage> messages = Conversation.of(rows).messages();

        assertThat(messages)
                .extracting(ChatMessage::role)
                .containsExactly(Role.USER, Role.ASSISTANT, Role.TOOL, Role.TOOL);
        assertThat(messages.get(1).content()).isNull();
        assertThat(messages.get(1).toolCalls())
                .extracting(ChatMessage.ToolCall::id)
                .containsExactly("t1", "t2");
        assertThat(messages.get(2).toolCallId()).isEqualTo("t2");
        assertThat(messages.get(3).metadata().status()).isEqualTo("cancelled");
        assertThat(Conversation.of(rows).activeRun().toolCalls()).isEmpty();
    }

    @Test
    void the_text_for_the_model_says_that_it_is_a_recall() {
        log("r1", new LogEvent.RunStarted("s", "r1", new LogEvent.RunMetadata("recall", "rc_1")));
        log("r1", new LogEvent.TextStart("u1", Role.USER, LogEvent.MessageMetadata.ofRecall("rc_1", "me")));
        log("r1", new LogEvent.TextContent("u1", "stretch"));
        log("r1", new LogEvent.TextEnd("u1"));

        ChatMessage message = Conversation.of(rows).messages().getFirst();

        assertThat(message.metadata().origin()).isEqualTo("recall");
        assertThat(message.metadata().recall()).isEqualTo("rc_1");
    }

    /**
     * Symptom: after a reload nothing showed that a run had been stopped, or why it had failed. Cause: only answers
     * were
     * marked, and a run that ended before its first text has none.
     */
    @Test
    void a_failed_run_marks_all_its_messages() {
        run("r1", "hello");
        say("r1", "a1", "half an ans");
        log("r1", new LogEvent.RunError("It broke.", ErrorCode.MODEL_ERROR));

        List<ChatMessage> messages = Conversation.of(rows).messages();

        assertThat(messages).extracting(m -> m.metadata().outcome()).containsExactly("error", "error");
        assertThat(messages)
                .extracting(m -> m.metadata().error())
                .containsOnly(new ChatMessage.Fault(ErrorCode.MODEL_ERROR, "It broke."));
    }

    @Test
    void a_rewind_leaves_what_began_before_it_and_only_that() {
        run("r1", "hello");
        say("r1", "a1", "hi");
        log("r1", new LogEvent.RunFinished("s", "r1", LogEvent.Outcome.SUCCESS, List.of()));
        long toSeq = rows.size();
        run("r2", "what time is it?");
        log("r2", new LogEvent.ToolCallStart("t1", "time", "a2"));
        log("r2", new LogEvent.ToolCallEnd("t1"));
        log("r2", ToolCallResult.of("x1", "t1", "noon"));
        log("r2", new LogEvent.RunFinished("s", "r2", LogEvent.Outcome.SUCCESS, List.of()));
        log(null, LogEvent.Custom.of(new LogEvent.HistoryRewound(toSeq, "a1")));
        run("r3", "never mind");

        Conversation conversation = Conversation.of(rows);

        assertThat(conversation.messages()).extracting(ChatMessage::text).containsExactly("hello", "hi", "never mind");
        assertThat(conversation.activeRun().toolCalls()).isEmpty();
        // The same where only the end of the log is folded.
        Conversation end = Conversation.of(rows.subList((int) toSeq, rows.size()));
        assertThat(end.messages()).extracting(ChatMessage::text).containsExactly("never mind");
    }

    @Test
    void remaining_messages_of_a_run_keep_its_outcome() {
        run("r1", "hello");
        say("r1", "a1", "let me look");
        long toSeq = rows.size();
        log("r1", new LogEvent.TextStart("u2", Role.USER, null));
        log("r1", new LogEvent.TextEnd("u2"));
        log("r1", new LogEvent.RunError("It broke.", ErrorCode.MODEL_ERROR));
        log(null, LogEvent.Custom.of(new LogEvent.HistoryRewound(toSeq, "a1")));

        List<ChatMessage> messages = Conversation.of(rows).messages();

        assertThat(messages).extracting(ChatMessage::text).containsExactly("hello", "let me look");
        assertThat(messages).extracting(m -> m.metadata().outcome()).containsOnly("error");
    }

    // --- runs that go on

    @Test
    void a_restart_supersedes_later_messages_and_reopens_their_calls() {
        run("r1", "what time is it?");
        call("r1", "t1", "a1");
        call("r1", "t2", "a1");
        log("r1", ToolCallResult.of("x1", "t1", "noon"));
        long toSeq = rows.size();
        log("r1", ToolCallResult.of("x2", "t2", "one"));
        say("r1", "a2", "It is");
        log("r1", LogEvent.Custom.of(new LogEvent.RunRestarted("r1", 2, toSeq, "x1")));

        Conversation conversation = Conversation.of(rows);

        assertThat(conversation.messages()).extracting(ChatMessage::id).containsExactly("u_r1", "a1", "x1");
        ActiveRun run = conversation.activeRun();
        assertThat(run.startedAt()).as("as before").isEqualTo("1970-01-01T00:00:01Z");
        assertThat(run.toolCalls()).extracting(ActiveRun.OpenCall::id).containsExactly("t2");
        assertThat(run.open()).isEmpty();
    }

    @Test
    void messages_of_the_next_attempt_follow_the_remaining_ones() {
        run("r1", "hello");
        long toSeq = rows.size();
        say("r1", "a1", "never read");
        say("r1", "u2", "given");
        log("r1", LogEvent.Custom.of(new LogEvent.RunRestarted("r1", 2, toSeq, "u_r1")));
        say("r1", "a2", "hi");
        say("r1", "u2", "given");
        log("r1", new LogEvent.RunFinished("s", "r1", LogEvent.Outcome.SUCCESS, List.of()));

        assertThat(Conversation.of(rows).messages())
                .extracting(ChatMessage::text)
                .containsExactly("hello", "hi", "given");
    }

    @Test
    void a_waiting_run_has_not_failed_and_leaves_its_calls_open() {
        run("r1", "send it");
        call("r1", "t1", "a1");
        interrupted("r1");

        Conversation conversation = Conversation.of(rows);

        assertThat(conversation.messages()).extracting(ChatMessage::id).containsExactly("u_r1", "a1");
        assertThat(conversation.messages())
                .extracting(m -> m.metadata().outcome())
                .containsOnlyNulls();
        assertThat(conversation.activeRun()).isNull();
    }

    @Test
    void the_resumed_run_has_the_calls_open_until_it_answers_them() {
        run("r1", "send it");
        call("r1", "t1", "a1");
        call("r1", "t2", "a1");
        interrupted("r1");
        log("r2", new LogEvent.RunStarted("s", "r2", new LogEvent.RunMetadata("user", null, "r1")));
        log("r2", ToolCallResult.rejected("x1", "t1", "No."));

        Conversation conversation = Conversation.of(rows);

        assertThat(conversation.activeRun().toolCalls())
                .extracting(ActiveRun.OpenCall::id)
                .containsExactly("t2");
        assertThat(conversation.messages().getLast().metadata().status()).isEqualTo("rejected");
    }

    @Test
    void a_run_that_resumes_no_other_run_has_no_calls_of_other_runs() {
        run("r1", "send it");
        call("r1", "t1", "a1");
        interrupted("r1");
        run("r2", "never mind");

        assertThat(Conversation.of(rows).activeRun().toolCalls()).isEmpty();
    }

    @Test
    void a_cancelled_call_is_not_taken_over_unless_its_cancellation_is_superseded() {
        run("r1", "send it");
        call("r1", "t1", "a1");
        long toSeq = rows.size();
        interrupted("r1");
        log(null, resolved("t1", Interrupt.Decision.CANCELLED, null));
        log("r2", new LogEvent.RunStarted("s", "r2", new LogEvent.RunMetadata("user", null, "r0")));
        List<ActiveRun.OpenCall> cancelled = Conversation.of(rows).activeRun().toolCalls();
        log(null, LogEvent.Custom.of(new LogEvent.HistoryRewound(toSeq, "a1")));
        log("r3", new LogEvent.RunStarted("s", "r3", new LogEvent.RunMetadata("user", null, "r1")));

        assertThat(cancelled).isEmpty();
        assertThat(Conversation.of(rows).activeRun().toolCalls())
                .extracting(ActiveRun.OpenCall::id)
                .containsExactly("t1");
    }

    @Test
    void an_edited_call_is_shown_with_the_edited_arguments() {
        run("r1", "send it");
        call("r1", "t1", "a1");
        call("r1", "t2", "a1");
        interrupted("r1");
        log(null, resolved("t1", Interrupt.Decision.EDIT, "{\"to\":\"eve\"}"));
        log(null, resolved("t2", Interrupt.Decision.APPROVE, null));
        log(null, resolved("t_elsewhere", Interrupt.Decision.EDIT, "{}"));

        assertThat(arguments()).containsExactly("{\"to\":\"eve\"}", "{}");
    }

    @Test
    void a_rewind_to_before_an_edit_restores_the_models_arguments() {
        run("r1", "send it");
        call("r1", "t1", "a1");
        long toSeq = rows.size();
        interrupted("r1");
        log(null, resolved("t1", Interrupt.Decision.EDIT, "{\"to\":\"eve\"}"));
        log(null, LogEvent.Custom.of(new LogEvent.HistoryRewound(toSeq, "a1")));

        assertThat(arguments()).containsExactly("{}");
    }

    @Test
    void a_restart_from_after_an_edit_keeps_it() {
        run("r1", "send it");
        call("r1", "t1", "a1");
        interrupted("r1");
        log(null, resolved("t1", Interrupt.Decision.EDIT, "{\"to\":\"eve\"}"));
        long toSeq = rows.size();
        log("r2", new LogEvent.RunStarted("s", "r2", new LogEvent.RunMetadata("user", null, "r1")));
        log("r2", LogEvent.Custom.of(new LogEvent.RunRestarted("r2", 2, toSeq, "a1")));

        assertThat(arguments()).containsExactly("{\"to\":\"eve\"}");
    }

    @Test
    void decisions_about_a_call_are_shown_until_they_are_superseded() {
        run("r1", "send it");
        call("r1", "t1", "a1");
        call("r1", "t2", "a1");
        long toSeq = rows.size();
        interrupted("r1");
        log(null, resolved("t1", Interrupt.Decision.REJECT, null));

        ChatMessage.Decided rejected = new ChatMessage.Decided(Interrupt.Decision.REJECT, "ada", null);
        assertThat(decisions()).isEqualTo(Map.of("t1", rejected));
        log(null, LogEvent.Custom.of(new LogEvent.HistoryRewound(toSeq, "a1")));
        assertThat(decisions()).isNull();
    }

    /** It gets no result, because the resumed run does not answer it. */
    @Test
    void a_call_that_was_dropped_is_not_open_for_a_later_run() {
        run("r1", "send it");
        call("r1", "t1", "a1");
        interrupted("r1");
        log(null, resolved("t1", Interrupt.Decision.CANCELLED, null));
        run("r2", "send this instead");
        call("r2", "t2", "a2");
        interrupted("r2");
        log(null, resolved("t2", Interrupt.Decision.APPROVE, null));
        log("r3", new LogEvent.RunStarted("s", "r3", new LogEvent.RunMetadata("user", null, "r2")));

        assertThat(Conversation.of(rows).activeRun().toolCalls())
                .extracting(ActiveRun.OpenCall::id)
                .containsExactly("t2");
    }

    /**
     * Symptom: the export of a session with 15,000 runs kept an event loop busy for minutes. Cause: the end of each run
     * visited all messages; a resumed run visited all calls, and a rewind both.
     */
    @Test
    void the_cost_of_an_event_does_not_grow_with_the_log() {
        cpuNanosFor(500);
        long few = cpuNanosFor(500);
        long many = cpuNanosFor(8_000);

        // 16 where the cost is constant, 256 where it grows with the log.
        assertThat((double) many / few).isLessThan(64);
    }

    private long cpuNanosFor(int rounds) {
        rows.clear();
        for (int i = 0; i < rounds; i++) {
            run("r" + i, "send it");
            call("r" + i, "t" + i, "a" + i);
            interrupted("r" + i);
            log(null, resolved("t" + i, Interrupt.Decision.APPROVE, null));
            LogEvent.RunMetadata resumed = new LogEvent.RunMetadata("user", null, "r" + i);
            log("s" + i, new LogEvent.RunStarted("s", "s" + i, resumed));
            log("s" + i, ToolCallResult.of("x" + i, "t" + i, "sent"));
            say("s" + i, "b" + i, "done");
            log("s" + i, new LogEvent.RunFinished("s", "s" + i, LogEvent.Outcome.SUCCESS, List.of()));
            long toSeq = rows.size();
            run("v" + i, "never mind");
            log("v" + i, new LogEvent.RunFinished("s", "v" + i, LogEvent.Outcome.SUCCESS, List.of()));
            log(null, LogEvent.Custom.of(new LogEvent.HistoryRewound(toSeq, "b" + i)));
        }
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long begun = threads.getCurrentThreadCpuTime();
        Conversation conversation = Conversation.of(rows);
        long used = threads.getCurrentThreadCpuTime() - begun;
        assertThat(conversation.messages()).hasSize(4 * rounds);
        return used;
    }

    /** Several reopened calls are in the order in which they were made. */
    @Test
    void calls_whose_results_are_superseded_are_open_in_order() {
        run("r1", "what time is it?");
        for (String call : List.of("t1", "t2", "t3")) call("r1", call, "a1");
        long toSeq = rows.size();
        log("r1", ToolCallResult.of("x1", "t1", "noon"));
        log("r1", ToolCallResult.of("x2", "t2", "one"));
        log("r1", LogEvent.Custom.of(new LogEvent.RunRestarted("r1", 2, toSeq, "a1")));

        assertThat(Conversation.of(rows).activeRun().toolCalls())
                .extracting(ActiveRun.OpenCall::id)
                .containsExactly("t1", "t2", "t3");
    }

    private Map<String, ChatMessage.Decided> decisions() {
        return Conversation.of(rows).messages().getLast().metadata().decisions();
    }

    private List<String> arguments() {
        return Conversation.of(rows).messages().getLast().toolCalls().stream()
                .map(call -> call.function().arguments())
                .toList();
    }

    private void call(String run, String call, String message) {
        log(run, new LogEvent.ToolCallStart(call, "mail", message));
        log(run, new LogEvent.ToolCallArgs(call, "{}"));
        log(run, new LogEvent.ToolCallEnd(call));
    }

    private void interrupted(String run) {
        log(run, new LogEvent.RunFinished("s", run, LogEvent.Outcome.interrupt(List.of()), List.of()));
    }

    private static LogEvent resolved(String call, Interrupt.Decision decision, String arguments) {
        return LogEvent.Custom.of(
                new LogEvent.InterruptResolved("i_" + call, decision, "ada", "r1", call, arguments, null));
    }

    // --- helpers

    private void run(String run, String question) {
        log(run, new LogEvent.RunStarted("s", run, new LogEvent.RunMetadata("user")));
        log(run, new LogEvent.TextStart("u_" + run, Role.USER, new LogEvent.MessageMetadata("c1", "me")));
        log(run, new LogEvent.TextContent("u_" + run, question));
        log(run, new LogEvent.TextEnd("u_" + run));
    }

    private void answer(String run, String message, String model) {
        log(run, new LogEvent.TextStart(message, Role.ASSISTANT, LogEvent.MessageMetadata.ofAnswer(model)));
        log(run, new LogEvent.TextContent(message, "text"));
        log(run, new LogEvent.TextEnd(message));
    }

    private void say(String run, String message, String... pieces) {
        log(run, new LogEvent.TextStart(message, Role.ASSISTANT, null));
        for (String piece : pieces) log(run, new LogEvent.TextContent(message, piece));
        log(run, new LogEvent.TextEnd(message));
    }

    private void log(String run, LogEvent event) {
        long seq = rows.size() + 1;
        String json = EventJson.of(event);
        int[] ends =
                event instanceof LogEvent.Delta delta ? new int[] {delta.delta().length()} : null;
        rows.add(EventJson.row(seq, seq, run, EventJson.type(event), json, ends, 1_000 * seq));
    }
}
