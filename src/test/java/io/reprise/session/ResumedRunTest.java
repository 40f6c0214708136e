package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.Ask;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.log.LogEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The run that resumes when everything is answered. */
class ResumedRunTest extends InterruptBench {
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
}
