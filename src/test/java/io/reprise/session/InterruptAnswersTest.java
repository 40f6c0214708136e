package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.CommandResult.Answered;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.Input;
import io.reprise.session.store.AppendOutcome;
import io.reprise.session.store.Change.Audited;
import io.reprise.session.store.RunRow;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Answers to what a run asked. */
class InterruptAnswersTest extends InterruptBench {
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
}
