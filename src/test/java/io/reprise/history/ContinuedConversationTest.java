package io.reprise.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.Interrupt;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.ToolCallResult;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Messages of runs that are restarted, wait for people, or resume. */
class ContinuedConversationTest extends ConversationBench {
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

    private Map<String, ChatMessage.Decided> decisions() {
        return Conversation.of(rows).messages().getLast().metadata().decisions();
    }

    private void interrupted(String run) {
        log(run, new LogEvent.RunFinished("s", run, LogEvent.Outcome.interrupt(List.of()), List.of()));
    }

    private static LogEvent resolved(String call, Interrupt.Decision decision, String arguments) {
        return LogEvent.Custom.of(
                new LogEvent.InterruptResolved("i_" + call, decision, "ada", "r1", call, arguments, null));
    }

    private List<String> arguments() {
        return Conversation.of(rows).messages().getLast().toolCalls().stream()
                .map(call -> call.function().arguments())
                .toList();
    }
}
