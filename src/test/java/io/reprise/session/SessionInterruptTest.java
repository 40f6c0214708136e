package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.Role;
import io.reprise.message.log.LogEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs that end with questions for people. */
class SessionInterruptTest extends InterruptBench {
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
}
