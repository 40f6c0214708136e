package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult.Answered;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.session.effect.Input;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change.Audited;
import io.reprise.session.store.RunRow;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Calls that people decide about: how a run comes to wait for them, and how it resumes. */
class SessionInterruptTest extends SessionBench {
    // --- the run ends

    @Test
    void a_run_that_needs_decisions_ends_with_interrupts_and_leaves_their_calls_open() {
        String run = start();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"), new LogEvent.TextStart("a", Role.ASSISTANT, null));
        batch(
                run,
                2,
                null,
                new LogEvent.ToolCallStart("t1", "send", "a"),
                new LogEvent.ToolCallStart("t2", "time", "a"));
        keep(run, 1, 2, "c1");
        batch(run, 3, new RunEnd.Interrupted(List.of(new Ask("i1", "t1", "send", "{\"to\":1}")), List.of()));
        storeAll();

        assertThat(types())
                .endsWith(
                        "TOOL_CALL_START",
                        "TEXT_MESSAGE_END",
                        "TOOL_CALL_END",
                        "TOOL_CALL_END",
                        "TOOL_CALL_RESULT",
                        "STEP_FINISHED",
                        "RUN_FINISHED");
        LogEvent.RunFinished end = last(LogEvent.RunFinished.class);
        assertThat(end.outcome().type()).isEqualTo("interrupt");
        assertThat(end.outcome().interrupts()).singleElement().satisfies(info -> {
            assertThat(info.id()).isEqualTo("i1");
            assertThat(info.toolCallId()).isEqualTo("t1");
            assertThat(info.expiresAt()).isEqualTo("1970-01-02T00:00:01Z");
            assertThat(info.metadata()).containsEntry("arguments", "{\"to\":1}").containsEntry("run", run);
        });
        assertThat(last(LogEvent.ToolCallResult.class).toolCallId())
                .as("nobody is asked about it")
                .isEqualTo("t2");
        assertThat(store.runs.get(run).outcome()).isEqualTo("interrupt");
        assertThat(store.interrupts.get("i1"))
                .isEqualTo(new Interrupt("i1", run, "t1", "send", "{\"to\":1}", 1_000, 86_401_000, null));
    }

    @Test
    void an_attach_names_open_interrupts_and_no_active_run() {
        waiting("t1", "t2");
        answer("c2", "i_t1", Decision.APPROVE);

        var attached = attach(null).attached();

        assertThat(attached.interrupts()).extracting(Interrupt.Info::id).containsExactly("i_t2");
        assertThat(attached.run()).isNull();
        assertThat(attached.lastRun().outcome()).isEqualTo("interrupt");
    }

    @Test
    void an_earlier_accepted_stop_takes_precedence() {
        String run = start();
        keep(run, 1, 0, "c1");
        stop("c2");
        batch(run, 1, new RunEnd.Interrupted(List.of(new Ask("i1", "t1", "send", "{}")), List.of()));
        storeAll();

        assertThat(store.runs.get(run).outcome()).isEqualTo("cancelled");
        assertThat(store.interrupts).isEmpty();
    }

    @Test
    void a_run_that_needs_too_many_decisions_fails() {
        settings.put("interrupts.openMax", "2");
        load();
        String run = waiting("t1", "t2", "t3");

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.TOOL_ERROR);
        assertThat(store.interrupts).isEmpty();
        assertThat(types()).endsWith("TOOL_CALL_RESULT", "TOOL_CALL_RESULT", "STEP_FINISHED", "RUN_ERROR");
    }

    @Test
    void a_run_that_could_not_resume_after_a_decision_fails() {
        String run = start();
        batch(run, 1, new RunEnd.Interrupted(List.of(new Ask("i1", "t1", "send", "{}")), List.of()));
        storeAll();
        assertThat(store.runs.get(run).code()).as("it kept nothing").isEqualTo(ErrorCode.INTERNAL);

        send("c2", "again");
        storeAll();
        String second = lastRun();
        keep(second, 1, 0, "c1");
        batch(second, 1, new RunEnd.Interrupted(List.of(), List.of()));
        storeAll();
        assertThat(store.runs.get(second).code()).as("it asks nothing").isEqualTo(ErrorCode.INTERNAL);
    }

    @Test
    void a_waiting_session_may_be_evicted_and_needs_no_heartbeat() {
        waiting("t1");

        assertThat(session.isIdle()).isTrue();
        assertThat(session.isRunning()).isFalse();
    }

    // --- answers

    @Test
    void the_last_answer_starts_the_resumed_run() {
        String run = waiting("t1", "t2");
        effects.clear();
        answer("c2", "i_t1", Decision.APPROVE);
        assertThat(accepted("c2").result()).isEqualTo(new Answered(null, List.of("i_t2")));
        assertThat(told(RunRequest.class)).as("one is open").isEmpty();

        nowMs += 5;
        request("c3", new Command.Answer("i_t2", Decision.EDIT, "{\"to\":2}", null));
        assertThat(told(RunRequest.class)).as("nothing is stored yet").isEmpty();
        storeAll();

        String next = lastRun();
        assertThat(accepted("c3").result()).isEqualTo(new Answered(next, List.of()));
        assertThat(types()).endsWith("RUN_FINISHED", "CUSTOM", "CUSTOM", "RUN_STARTED");
        LogEvent.RunStarted started = last(LogEvent.RunStarted.class);
        assertThat(started.runId()).isEqualTo(next).isNotEqualTo(run);
        assertThat(started.metadata()).isEqualTo(new LogEvent.RunMetadata("user", null, run));
        assertThat(told(RunRequest.class)).singleElement().satisfies(request -> {
            assertThat(request.run()).isEqualTo(next);
            assertThat(request.head()).isEqualTo(store.head);
            assertThat(request.origin()).isEqualTo("user");
            assertThat(request.attempt()).isEqualTo(1);
            assertThat(request.resume())
                    .isEqualTo(new Resume(
                            "c_" + run,
                            List.of(
                                    new AgentMessage.Answered("t1", resolution("i_t1")),
                                    new AgentMessage.Answered("t2", resolution("i_t2")))));
        });
        assertThat(resolution("i_t2"))
                .isEqualTo(new Interrupt.Resolution(Decision.EDIT, "{\"to\":2}", null, "user", 1_005));
    }

    @Test
    void the_resumed_run_knows_its_own_resume_point() {
        String run = waiting("t1");
        answer("c2", "i_t1", Decision.APPROVE);

        RunRow next = store.runs.get(lastRun());
        assertThat(next.progress().rootSeq()).isEqualTo(store.runs.get(run).firstSeq());
        assertThat(next.progress().resumeSeq()).isEqualTo(store.head);
        assertThat(next.progress().resume().checkpoint()).isEqualTo("c_" + run);
        assertThat(next.progress().resume().answers()).hasSize(1);
    }

    @Test
    void a_decision_is_an_event_and_an_audit_entry() {
        String run = waiting("t1", "t2");
        request("c2", new Command.Answer("i_t1", Decision.REJECT, null, "not him"));
        storeAll();

        assertThat(resolved())
                .containsExactly(
                        new LogEvent.InterruptResolved("i_t1", Decision.REJECT, "user", run, "t1", null, "not him"));
        assertThat(store.rows.getLast().run()).as("no run is active").isNull();
        assertThat(store.audited)
                .as("without the texts")
                .containsExactly(new Audited(
                        "user", "interrupt.reject", "i_t1", Map.of("run", run, "tool", "send", "toolCall", "t1")));
    }

    @Test
    void a_second_answer_learns_who_decided_also_after_the_session_was_loaded_again() {
        waiting("t1");
        answer("c2", "i_t1", Decision.APPROVE);
        load();
        storeAll();
        answer("c3", "i_t1", Decision.REJECT);

        assertThat(refused("c3")).isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void a_second_answer_learns_who_decided_what() {
        waiting("t1", "t2", "t3");
        answer("c2", "i_t1", Decision.APPROVE);
        answer("c3", "i_t1", Decision.REJECT);
        assertThat(refused("c3")).isEqualTo(ErrorCode.CONFLICT);
        assertThat(why("c3")).isEqualTo("user approved this call.");
        load();
        answer("c4", "i_t1", Decision.REJECT);
        assertThat(why("c4")).as("after a restart").isEqualTo("user approved this call.");
        answer("c5", "i_t2", Decision.REJECT);
        request("c6", new Command.Answer("i_t3", Decision.RESPOND, null, "42"));
        storeAll();
        answer("c7", "i_t3", Decision.APPROVE);

        assertThat(why("c7")).as("when the run goes on").isEqualTo("user answered in place of this call.");
        assertThat(store.interrupts.values()).noneMatch(Interrupt::isOpen);
        assertThat(store.runs).hasSize(2);
    }

    /** Symptom: after some more interrupts, a late answer was told that there was no such interrupt. */
    @Test
    void a_second_answer_learns_who_decided_also_after_many_others() {
        settings.put("interrupts.openMax", "1");
        load();
        waiting("t1");
        answer("c2", "i_t1", Decision.APPROVE);
        for (int i = 2; i <= 5; i++) {
            interrupt(lastRun(), "t" + i);
            answer("c1" + i, "i_t" + i, Decision.REJECT);
        }

        answer("c3", "i_t1", Decision.REJECT);

        assertThat(why("c3")).isEqualTo("user approved this call.");
    }

    @Test
    void an_answer_to_a_cleared_interrupt_is_not_found_before_and_after_a_restart() {
        waiting("t1");
        answer("c2", "i_t1", Decision.APPROVE);
        request("c3", new Command.Clear());
        storeAll();

        answer("c4", "i_t1", Decision.REJECT);

        assertThat(refused("c4")).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void a_repeated_answer_has_the_first_result() {
        waiting("t1");
        answer("c2", "i_t1", Decision.APPROVE);
        answer("c2", "i_t1", Decision.APPROVE);

        assertThat(accepted("c2").duplicate()).isTrue();
        assertThat(((Answered) accepted("c2").result()).run()).isEqualTo(lastRun());
        assertThat(store.runs).hasSize(2);
    }

    @Test
    void two_answers_before_anything_is_stored_are_decided_one_after_the_other() {
        waiting("t1");
        request("c2", new Command.Answer("i_t1", Decision.APPROVE, null, null));
        request("c3", new Command.Answer("i_t1", Decision.REJECT, null, null));
        storeAll();

        assertThat(((Answered) accepted("c2").result()).open()).isEmpty();
        assertThat(refused("c3")).isEqualTo(ErrorCode.CONFLICT);
        assertThat(resolution("i_t1").decision()).isEqualTo(Decision.APPROVE);
    }

    @Test
    void an_answer_to_an_unknown_interrupt_is_not_found() {
        answer("c1", "i_none", Decision.APPROVE);
        assertThat(refused("c1")).isEqualTo(ErrorCode.NOT_FOUND);
        waiting("t1");
        answer("c2", "i_none", Decision.APPROVE);
        assertThat(refused("c2")).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void an_answer_that_does_not_fit_its_decision_is_refused_and_decides_nothing() {
        waiting("t1");
        request("c2", new Command.Answer("i_t1", Decision.EDIT, null, null));
        request("c3", new Command.Answer("i_t1", Decision.RESPOND, null, null));
        request("c4", new Command.Answer("i_t1", Decision.APPROVE, "{}", null));
        request("c5", new Command.Answer("i_t1", Decision.REJECT, "{}", null));
        request("c6", new Command.Answer("i_t1", Decision.EXPIRED, null, null));
        request("c7", new Command.Answer("i_t1", Decision.CANCELLED, null, null));
        storeAll();

        for (int i = 2; i <= 7; i++) assertThat(refused("c" + i)).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(store.interrupts.get("i_t1").isOpen()).isTrue();
    }

    @Test
    void a_server_that_shuts_down_accepts_no_answers() {
        waiting("t1");
        handle(new Input.Drain());
        answer("c2", "i_t1", Decision.APPROVE);

        assertThat(refused("c2")).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(store.interrupts.get("i_t1").isOpen()).isTrue();
    }

    @Test
    void waiting_calls_survive_a_stop_of_the_server() {
        waiting("t1");
        handle(new Input.EndRuns());
        storeAll();
        load();
        answer("c2", "i_t1", Decision.APPROVE);

        assertThat(((Answered) accepted("c2").result()).run()).isEqualTo(lastRun());
    }

    @Test
    void it_can_be_answered_after_a_restart() {
        String run = waiting("t1", "t2");
        answer("c2", "i_t1", Decision.APPROVE);
        load();
        answer("c3", "i_t2", Decision.APPROVE);

        RunRequest request = told(RunRequest.class).getLast();
        assertThat(request.resume().checkpoint()).isEqualTo("c_" + run);
        assertThat(request.resume().answers())
                .extracting(AgentMessage.Answered::toolCall)
                .containsExactly("t1", "t2");
    }

    @Test
    void a_refused_append_leaves_the_interrupt_open() {
        waiting("t1");
        request("c2", new Command.Answer("i_t1", Decision.REJECT, null, "why"));
        answerLookUps();
        handle(new Input.Appended(new AppendOutcome.Refused("no")));
        assertThat(refused("c2")).isEqualTo(ErrorCode.INTERNAL);
        load();
        answer("c3", "i_t1", Decision.REJECT);

        assertThat(((Answered) accepted("c3").result()).run()).isNotNull();
    }

    // --- the resumed run

    @Test
    void a_stop_of_the_resumed_run_closes_the_calls_that_it_has_not_answered() {
        waiting("t1", "t2");
        answer("c2", "i_t1", Decision.APPROVE);
        answer("c3", "i_t2", Decision.APPROVE);
        String next = lastRun();
        batch(next, 1, null, LogEvent.ToolCallResult.of("m1", "t1", "sent"));
        stop("c4");
        batch(next, 2, new RunEnd.Cancelled());
        storeAll();

        assertThat(types()).endsWith("TOOL_CALL_RESULT", "CUSTOM", "TOOL_CALL_RESULT", "RUN_FINISHED");
        assertThat(last(LogEvent.ToolCallResult.class).toolCallId()).isEqualTo("t2");
    }

    @Test
    void a_stop_before_the_run_has_started_closes_its_calls_too() {
        waiting("t1");
        request("c2", new Command.Answer("i_t1", Decision.APPROVE, null, null));
        answerLookUps();
        stop("c3");
        storeAll();

        assertThat(types()).endsWith("RUN_STARTED", "CUSTOM", "TOOL_CALL_RESULT", "RUN_FINISHED");
        assertThat(told(RunRequest.class)).as("the first run's").hasSize(1);
    }

    @Test
    void the_end_of_the_process_closes_open_calls_too() {
        waiting("t1", "t2");
        answer("c2", "i_t1", Decision.APPROVE);
        answer("c3", "i_t2", Decision.APPROVE);
        String next = lastRun();
        batch(next, 1, null, LogEvent.ToolCallResult.of("m1", "t1", "sent"));
        keep(next, 1, 1, null);
        load();
        storeAll();

        assertThat(store.runs.get(next).code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(types()).endsWith("TOOL_CALL_RESULT", "TOOL_CALL_RESULT", "RUN_ERROR");
        assertThat(last(LogEvent.ToolCallResult.class).toolCallId()).isEqualTo("t2");
    }

    @Test
    void a_resumed_run_can_ask_for_approvals_again() {
        String run = waiting("t1");
        answer("c2", "i_t1", Decision.APPROVE);
        String second = lastRun();
        batch(second, 1, null, LogEvent.ToolCallResult.of("m1", "t1", "sent"));
        batch(second, 2, null, new LogEvent.ToolCallStart("t2", "send", null), new LogEvent.ToolCallEnd("t2"));
        keep(second, 1, 2, "c2");
        batch(second, 3, new RunEnd.Interrupted(List.of(new Ask("i2", "t2", "send", "{}")), List.of()));
        storeAll();
        answer("c3", "i2", Decision.APPROVE);

        assertThat(store.runs).hasSize(3);
        assertThat(last(LogEvent.RunStarted.class).metadata().resumes()).isEqualTo(second);
        assertThat(told(RunRequest.class).getLast().resume().checkpoint()).isEqualTo("c2");
        assertThat(store.runs.get(lastRun()).progress().rootSeq())
                .isEqualTo(store.runs.get(run).firstSeq());
    }

    @Test
    void waiting_tasks_continue_when_the_current_one_ends() {
        waiting("t1");
        send("c2", "later");
        storeAll();
        answer("c3", "i_t1", Decision.APPROVE);
        assertThat(store.queue).hasSize(1);
        batch(lastRun(), 1, new RunEnd.Finished(List.of()));
        storeAll();

        assertThat(store.queue).isEmpty();
        assertThat(store.runs).hasSize(3);
    }

    @Test
    void a_title_is_made_from_the_first_run_of_a_resumed_chain() {
        String run = waiting("t1");
        answer("c2", "i_t1", Decision.APPROVE);
        assertThat(told(AgentMessage.TitleRequest.class))
                .as("nothing is said yet")
                .isEmpty();
        batch(lastRun(), 1, new RunEnd.Finished(List.of()));
        storeAll();

        assertThat(told(AgentMessage.TitleRequest.class))
                .singleElement()
                .satisfies(asked ->
                        assertThat(asked.after()).isEqualTo(store.runs.get(run).firstSeq() - 1));
    }

    // --- expiry

    @Test
    void an_unanswered_interrupt_expires_and_the_run_resumes() {
        String run = waiting("t1", "t2");
        nowMs += 10;
        answer("c2", "i_t1", Decision.APPROVE);
        nowMs = 86_400_999;
        expire();
        assertThat(store.interrupts.get("i_t2").isOpen()).as("a moment is left").isTrue();

        nowMs++;
        expire();

        assertThat(resolution("i_t2"))
                .isEqualTo(new Interrupt.Resolution(Decision.EXPIRED, null, null, null, 86_401_000));
        assertThat(resolved().getLast())
                .isEqualTo(new LogEvent.InterruptResolved("i_t2", Decision.EXPIRED, null, run, "t2", null, null));
        assertThat(store.audited.getLast().user()).isNull();
        assertThat(store.audited.getLast().action()).isEqualTo("interrupt.expired");
        assertThat(told(RunRequest.class).getLast().resume().answers())
                .extracting(answered -> answered.resolution().decision())
                .containsExactly(Decision.APPROVE, Decision.EXPIRED);
        answer("c3", "i_t2", Decision.APPROVE);
        assertThat(why("c3")).isEqualTo("Nobody decided about this call in time.");
    }

    /** Symptom: after a night without the server, a quick user could still approve an expired call. */
    @Test
    void an_expired_call_cannot_be_approved_even_before_its_expiry_is_processed() {
        waiting("t1", "t2");
        load();
        nowMs = 86_401_000;

        answer("c2", "i_t1", Decision.APPROVE);

        assertThat(refused("c2")).isEqualTo(ErrorCode.CONFLICT);
        assertThat(why("c2")).isEqualTo("Nobody decided about this call in time.");
        assertThat(told(RunRequest.class).getLast().resume().answers())
                .extracting(answered -> answered.resolution().decision())
                .containsExactly(Decision.EXPIRED, Decision.EXPIRED);
        expire();
        assertThat(store.runs).hasSize(2);
    }

    @Test
    void an_expiry_that_is_told_again_or_too_late_changes_nothing() {
        expire();
        waiting("t1");
        nowMs += 86_400_000;
        handle(message(new ShardMessage.ExpireInterrupts("s")));
        expire();
        expire();

        assertThat(store.runs).hasSize(2);
        assertThat(store.audited).hasSize(1);
    }

    @Test
    void nothing_expires_while_the_server_shuts_down() {
        waiting("t1");
        nowMs += 86_400_000;
        handle(new Input.Drain());
        expire();
        assertThat(store.runs).hasSize(1);
        load();
        expire();

        assertThat(store.runs).hasSize(2);
    }

    @Test
    void the_time_is_the_setting_of_when_it_was_asked() {
        settings.put("interrupts.expiryMinutes", "1");
        load();
        waiting("t1");
        nowMs += 60_000;
        expire();

        assertThat(resolution("i_t1").decision()).isEqualTo(Decision.EXPIRED);
    }

    // --- helpers

    private void expire() {
        handle(message(new ShardMessage.ExpireInterrupts("s")));
        storeAll();
    }

    private Interrupt.Resolution resolution(String interrupt) {
        return store.interrupts.get(interrupt).resolution();
    }

    private String why(String command) {
        return ((CommandOutcome.Refused) outcome(command)).failure().message();
    }

    private List<LogEvent.InterruptResolved> resolved() {
        return events().stream()
                .filter(e ->
                        e instanceof LogEvent.Custom custom && custom.value() instanceof LogEvent.InterruptResolved)
                .map(e -> (LogEvent.InterruptResolved) ((LogEvent.Custom) e).value())
                .toList();
    }

    private <T extends LogEvent> T last(Class<T> type) {
        return events().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private List<LogEvent> events() {
        return store.rows.stream()
                .filter(row -> row instanceof LogRow.Single)
                .map(row -> EventJson.parse(((LogRow.Single) row).payload()))
                .toList();
    }
}
