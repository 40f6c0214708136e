package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.QueuedMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.Input;
import io.reprise.session.store.RunRow;
import io.reprise.telemetry.PrometheusMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A run that resumes after a crash, and everything around it: decisions, queued messages, readers, further crashes. */
class RestartedRunTest extends SessionBench {
    // --- the run

    @Test
    void a_restarted_run_keeps_its_id_and_its_age() {
        String run = start();
        RunRow before = store.runs.get(run);
        nowMs += 60_000;

        crash();

        RunRow after = store.runs.get(run);
        assertThat(after.firstSeq()).isEqualTo(before.firstSeq());
        assertThat(after.startedMs()).isEqualTo(before.startedMs());
        assertThat(after.progress().rootSeq()).isEqualTo(before.progress().rootSeq());
        assertThat(types()).containsOnlyOnce("RUN_STARTED");
        assertThat(attach(null).attached().run()).isEqualTo(run);
    }

    @Test
    void a_later_checkpoint_replaces_the_earlier_one() {
        String run = start();
        crash();
        batch(run + "#2", 1, null, text("a", "text"));
        storeAll();
        keep(run + "#2", 1, 1, "c2");
        long kept = store.head;
        batch(run + "#2", 2, null, text("b", "text"));
        storeAll();

        crash();

        assertThat(restarts()).last().isEqualTo(new LogEvent.RunRestarted(run, 3, kept, "a"));
        assertThat(told(RunRequest.class).getLast().resume()).isEqualTo(Resume.from("c2"));
    }

    // --- calls

    @Test
    void each_crash_that_supersedes_a_result_reopens_its_call() {
        String run = start();
        batch(run, 1, null, call("t1"));
        storeAll();
        keep(run, 1, 1, "c1");
        batch(run, 2, null, text("a", "text")[0], LogEvent.ToolCallResult.of("x1", "t1", "done"));
        storeAll();
        crash();
        batch(run + "#2", 1, null, text("b", "text")[0], LogEvent.ToolCallResult.of("x2", "t1", "done"));
        storeAll();

        crash();
        assertThat(results("t1")).as("nobody else answers it").containsExactly("x1", "x2");
        stopAtOnce(run);

        assertThat(results("t1")).hasSize(3);
        assertThat(types()).endsWith("CUSTOM", "CUSTOM", "TOOL_CALL_RESULT", "RUN_FINISHED");
    }

    @Test
    void a_call_with_a_superseded_result_is_closed_when_the_run_cannot_continue() {
        settings.put("run.restartsMax", "1");
        String run = start();
        batch(run, 1, null, call("t1"));
        storeAll();
        keep(run, 1, 1, "c1");
        batch(run, 2, null, text("a", "text")[0], LogEvent.ToolCallResult.of("x1", "t1", "done"));
        storeAll();

        crash();
        crash();

        assertThat(results("t1")).hasSize(2);
        assertThat(types()).endsWith("TOOL_CALL_RESULT", "RUN_ERROR");
    }

    /**
     * Symptom: each result had its own checkpoint, a copy of everything. It is in the log, so it counts after every
     * crash.
     */
    @Test
    void a_result_after_the_checkpoint_counts_and_later_events_are_superseded() {
        String run = start();
        batch(run, 1, null, call("t1"));
        batch(run, 2, null, call("t2"));
        storeAll();
        keep(run, 1, 2, "c1");
        batch(run, 3, null, LogEvent.ToolCallResult.of("x1", "t1", "done"));
        storeAll();
        long first = store.head;

        crash();
        assertThat(restarts()).last().isEqualTo(new LogEvent.RunRestarted(run, 2, first, "x1"));
        assertThat(told(RunRequest.class).getLast().head()).isEqualTo(first);
        assertThat(told(RunRequest.class).getLast().resume()).isEqualTo(Resume.from("c1"));
        batch(run + "#2", 1, null, LogEvent.ToolCallResult.of("x2", "t2", "done"));
        storeAll();
        long second = store.head;
        batch(run + "#2", 2, null, text("a", "text"));
        storeAll();

        crash();
        assertThat(restarts()).last().isEqualTo(new LogEvent.RunRestarted(run, 3, second, "x2"));
        assertThat(told(RunRequest.class).getLast().head()).isEqualTo(second);
        stopAtOnce(run);
        assertThat(results("t1")).containsExactly("x1");
        assertThat(results("t2")).containsExactly("x2");
    }

    @Test
    void a_call_with_a_result_in_the_checkpoint_stays_answered() {
        String run = start();
        batch(run, 1, null, call("t1"));
        batch(run, 2, null, LogEvent.ToolCallResult.of("x1", "t1", "done"));
        storeAll();
        keep(run, 1, 2, "c1");

        crash();
        stopAtOnce(run);

        assertThat(restarts())
                .last()
                .extracting(LogEvent.RunRestarted::lastMessage)
                .isEqualTo("x1");
        assertThat(results("t1")).containsExactly("x1");
    }

    // --- decisions

    @Test
    void a_resumed_run_that_crashes_resumes_again_with_the_decisions() {
        String first = waiting("t1");
        answer("c2", "i_t1", Decision.APPROVE);
        RunRequest before = told(RunRequest.class).getLast();
        batch(before.run(), 1, null, text("a", "text")[0], LogEvent.ToolCallResult.of("x1", "t1", "done"));
        storeAll();

        crash();

        RunRequest again = told(RunRequest.class).getLast();
        assertThat(again.key()).isEqualTo(before.run() + "#2");
        assertThat(again.resume()).isEqualTo(before.resume());
        assertThat(again.resume().checkpoint()).isEqualTo("c_" + first);
        assertThat(again.head()).isEqualTo(before.head());
        assertThat(results("t1")).containsExactly("x1");
        batch(again.key(), 1, new RunEnd.Finished(List.of()), LogEvent.ToolCallResult.of("x2", "t1", "done"));
        storeAll();
        assertThat(results("t1")).containsExactly("x1", "x2");
        assertThat(store.runs.get(before.run()).outcome()).isEqualTo("success");
    }

    @Test
    void a_stop_closes_a_call_with_a_decision() {
        waiting("t1");
        answer("c2", "i_t1", Decision.APPROVE);
        String run = lastRun();
        crash();

        stopAtOnce(run);

        assertThat(results("t1")).hasSize(1);
        assertThat(types()).endsWith("TOOL_CALL_RESULT", "RUN_FINISHED");
    }

    @Test
    void a_waiting_run_is_not_orphaned_by_a_crash() {
        waiting("t1");
        long head = store.head;

        crash();

        assertThat(store.head).isEqualTo(head);
        assertThat(session.isRunning()).isFalse();
    }

    // --- messages

    @Test
    void messages_that_steer_again_precede_later_ones() {
        String run = start();
        send("c2", "first", Command.OnBusy.STEER);
        send("c3", "second", Command.OnBusy.STEER);
        storeAll();
        steer(run, 1);
        storeAll();
        send("c4", "third", Command.OnBusy.STEER);
        storeAll();
        long head = store.head;

        crash();

        assertThat(store.queue).extracting(QueuedMessage::text).containsExactly("first", "second", "third");
        assertThat(store.queue).extracting(QueuedMessage::command).containsExactly("c2", "c3", "c4");
        assertThat(store.rows.stream()
                        .filter(row -> row.seq() > head)
                        .filter(row -> row.json(0, row.seq()).contains("queue.changed")))
                .as("one change of the queue")
                .hasSize(1);
    }

    @Test
    void messages_delivered_before_the_checkpoint_belong_to_the_run() {
        String run = start();
        send("c2", "known", Command.OnBusy.STEER);
        storeAll();
        steer(run, 1);
        storeAll();
        keep(run, 2, 0, "c1");

        crash();

        assertThat(store.queue).isEmpty();
        assertThat(restarts()).hasSize(1);
    }

    @Test
    void a_rollback_goes_back_to_the_beginning_of_the_run_and_not_to_its_restart() {
        String first = start();
        batch(first, 1, new RunEnd.Finished(List.of()), text("a", "text"));
        storeAll();
        long before = store.head;
        send("c2", "again");
        storeAll();
        String second = lastRun();
        crash();

        send("c3", "instead", Command.OnBusy.ROLLBACK);
        storeAll();
        handle(new Input.GraceOver(second));
        storeAll();

        assertThat(values(LogEvent.HistoryRewound.class)).containsExactly(new LogEvent.HistoryRewound(before, "a"));
    }

    // --- readers

    @Test
    void readers_who_saw_only_stored_text_keep_their_epoch() {
        settings.put("log.flushMs", "0");
        load();
        String run = start();
        batch(run, 1, null, text("a", "text"));
        storeAll();
        String before = store.epoch;

        crash();

        assertThat(restarts()).hasSize(1);
        assertThat(store.epoch).isEqualTo(before);
        assertThat(store.runs.get(run).exact()).isTrue();
    }

    @Test
    void operators_see_it_counted_and_as_a_run_that_is_active() {
        start();
        try (PrometheusMetrics ofNextProcess = new PrometheusMetrics()) {
            metrics = ofNextProcess.metrics();

            crash();

            assertThat(ofNextProcess.text()).contains("reprise_runs_restarted_total 1.0", "reprise_runs_active 1.0");
        }
    }

    // --- steps

    private void crash() {
        load();
        storeAll();
    }

    private void stopAtOnce(String run) {
        stop("c9");
        storeAll();
        handle(new Input.GraceOver(run));
        storeAll();
    }

    /** The messages that are results of the call, superseded or not. */
    private List<String> results(String call) {
        return events(LogEvent.ToolCallResult.class).stream()
                .filter(result -> result.toolCallId().equals(call))
                .map(LogEvent.ToolCallResult::messageId)
                .toList();
    }

    private List<LogEvent.RunRestarted> restarts() {
        return values(LogEvent.RunRestarted.class);
    }
}
