package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.Resume;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.AgentMessage.SuspendRun;
import io.reprise.message.Command;
import io.reprise.message.CommandResult.Stopped;
import io.reprise.message.ErrorCode;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.effect.Input;
import io.reprise.session.store.Loaded;
import io.reprise.session.store.Pauses;
import io.reprise.telemetry.PrometheusMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs that have not ended when their server stops gracefully: the next one resumes them, and nothing is lost. */
class SessionSuspendTest extends SessionBench {
    /**
     * Symptom: SIGTERM permanently ended an answer that would have resumed after kill -9. Cause: the drain ended every
     * run.
     */
    @Test
    void a_run_resumes_in_the_same_epoch_from_its_checkpoint() {
        String run = start();
        batch(run, 1, null, text("a", "kept"));
        storeAll();
        keep(run, 1, 1, "c1");
        long kept = store.head;
        batch(run, 2, null, new LogEvent.TextStart("b", Role.ASSISTANT, null), new LogEvent.TextContent("b", "grows"));
        long shown = session.announcedHead();

        stopServer();

        assertThat(told(SuspendRun.class)).containsExactly(new SuspendRun(run));
        assertThat(told(StopRun.class)).isEmpty();
        assertThat(store.head).as("all that was shown is stored").isGreaterThanOrEqualTo(shown);
        assertThat(store.runs.get(run).outcome()).isNull();
        assertThat(store.runs.get(run).isSuspended()).isTrue();
        String epoch = store.epoch;
        load();
        assertThat(told(RunRequest.class)).as("nothing is stored yet").isEmpty();
        storeAll();
        assertThat(store.epoch).isEqualTo(epoch);
        assertThat(restarts()).containsExactly(new LogEvent.RunRestarted(run, 2, kept, "a"));
        RunRequest again = told(RunRequest.class).getLast();
        assertThat(again.key()).isEqualTo(run + "#2");
        assertThat(again.resume()).isEqualTo(Resume.from("c1"));
        assertThat(store.runs.get(run).isSuspended()).isFalse();
        batch(run + "#2", 1, new RunEnd.Finished(List.of()));
        storeAll();
        assertThat(store.runs.get(run).outcome()).isEqualTo("success");
    }

    @Test
    void any_number_of_graceful_stops_is_allowed_and_only_crashes_are_counted() {
        settings.put("run.restartsMax", "1");
        String run = start();

        for (int i = 0; i < 4; i++) {
            stopServer();
            load();
            storeAll();
        }
        crash();
        stopServer();
        load();
        storeAll();
        assertThat(store.runs.get(run).outcome()).isNull();
        assertThat(store.runs.get(run).progress().attempt()).isEqualTo(7);
        crash();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(store.restarts).isEqualTo(6);
    }

    @Test
    void a_limit_of_zero_restarts_does_not_apply_to_graceful_stops() {
        settings.put("run.restartsMax", "0");
        String run = start();

        stopServer();
        load();
        storeAll();

        assertThat(told(RunRequest.class).getLast().key()).isEqualTo(run + "#2");
    }

    @Test
    void a_process_killed_after_its_run_was_suspended_or_before_it_resumes_loses_nothing() {
        String run = start();
        batch(run, 1, null, new LogEvent.TextStart("b", Role.ASSISTANT, null), new LogEvent.TextContent("b", "grows"));
        stopServer();
        String epoch = store.epoch;

        load(); // Killed before the restart is stored: what it made of the session is gone.
        load();
        storeAll();

        assertThat(store.epoch).isEqualTo(epoch);
        assertThat(restarts()).extracting(LogEvent.RunRestarted::attempt).containsExactly(2);
        assertThat(store.runs.get(run).crashes()).isEqualTo(1);
    }

    @Test
    void a_server_killed_while_stopping_counts_as_crashed() {
        String run = start();
        batch(run, 1, null, new LogEvent.TextStart("b", Role.ASSISTANT, null), new LogEvent.TextContent("b", "grows"));
        handle(new Input.Drain());
        handle(new Input.EndRuns());
        String epoch = store.epoch;

        crash();

        assertThat(store.epoch).isNotEqualTo(epoch);
        assertThat(store.runs.get(run).crashes()).isEqualTo(2);
    }

    @Test
    void a_run_that_its_agent_has_not_received_starts_at_the_next_server() {
        send("c1", "hello");
        answerLookUps();

        stopServer();

        assertThat(told(RunRequest.class)).isEmpty();
        String run = lastRun();
        load();
        storeAll();
        assertThat(told(RunRequest.class))
                .singleElement()
                .extracting(RunRequest::key)
                .isEqualTo(run + "#2");
    }

    @Test
    void a_run_with_checkpoints_in_memory_ends_with_its_server() {
        settings.put("checkpoints.store", "memory");
        load();
        String run = start();

        stopServer();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(types()).endsWith("RUN_ERROR");
    }

    @Test
    void a_run_without_a_saved_checkpoint_ends_with_its_server() {
        String run = start();
        handle(message(new ShardMessage.RunQuestion(
                "s", run, 1, 0, "agent.t.0", new ShardMessage.Question.Keep(null, store.head))));
        storeAll();

        stopServer();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    @Test
    void a_run_that_is_being_stopped_ends_as_cancelled() {
        String run = start();
        stop("c2");
        storeAll();

        stopServer();

        assertThat(store.runs.get(run).outcome()).isEqualTo("cancelled");
        assertThat(told(SuspendRun.class)).isEmpty();
    }

    @Test
    void later_events_of_its_agent_are_ignored() {
        String run = start();
        stopServer();
        long head = store.head;

        batch(run, 1, new RunEnd.Finished(List.of()), text("a", "late"));
        storeAll();

        assertThat(store.head).isEqualTo(head);
        assertThat(store.runs.get(run).outcome()).isNull();
    }

    // --- while the server still serves its readers

    @Test
    void a_suspended_run_that_is_stopped_before_the_server_ends_is_cancelled() {
        String run = start();
        batch(run, 1, null, call("t1"));
        storeAll();
        stopServer();
        assertThat(attach(null).attached().run()).isEqualTo(run);

        request("c2", new Command.Stop(run, Command.Scope.RUN));
        storeAll();

        assertThat(accepted("c2").result()).isEqualTo(new Stopped(List.of(run), List.of()));
        assertThat(store.runs.get(run).outcome()).isEqualTo("cancelled");
        assertThat(types()).endsWith("CUSTOM", "TOOL_CALL_RESULT", "RUN_FINISHED");
        load();
        assertThat(effects).isEmpty();
    }

    @Test
    void a_suspended_run_that_is_loaded_while_the_server_stops_is_unchanged() {
        String run = start();
        batch(run, 1, null, call("t1"));
        storeAll();
        stopServer();
        long head = store.head;

        loadWhileStopping();

        assertThat(store.head).isEqualTo(head);
        assertThat(session.isSettled()).isTrue();
        assertThat(attach(null).attached().run()).isEqualTo(run);
        request("c2", new Command.Stop(null, Command.Scope.RUN));
        storeAll();
        assertThat(accepted("c2").result()).isEqualTo(new Stopped(List.of(run), List.of()));
        assertThat(types()).as("what it had open is closed").endsWith("CUSTOM", "TOOL_CALL_RESULT", "RUN_FINISHED");
    }

    @Test
    void a_crashed_run_that_is_loaded_while_the_server_stops_restarts_at_the_next_server() {
        String run = start();
        String epoch = store.epoch;

        loadWhileStopping();
        storeAll();

        assertThat(told(RunRequest.class)).isEmpty();
        assertThat(store.epoch).as("text may be lost").isNotEqualTo(epoch);
        assertThat(store.runs.get(run).isSuspended()).isTrue();
        load();
        storeAll();
        assertThat(told(RunRequest.class).getLast().key()).isEqualTo(run + "#3");
        assertThat(store.runs.get(run).crashes())
                .as("the crash counts, and the next one would")
                .isEqualTo(2);
    }

    @Test
    void a_second_stop_changes_nothing() {
        String run = start();
        stopServer();
        long head = store.head;

        stopServer();

        assertThat(store.head).isEqualTo(head);
        assertThat(store.runs.get(run).pauses().count()).isEqualTo(1);
    }

    @Test
    void a_chat_that_is_cleared_meanwhile_has_no_run_to_resume() {
        start();
        stopServer();

        request("c2", new Command.Clear());
        storeAll();

        assertThat(store.runs).isEmpty();
        load();
        assertThat(effects).isEmpty();
    }

    // --- everything but the run

    @Test
    void the_queue_waits_for_the_end_of_the_restarted_run_and_steering_messages_steer_it_again() {
        String run = start();
        send("c2", "steering", Command.OnBusy.STEER);
        storeAll();
        steer(run, 1);
        storeAll();
        send("c3", "later");
        storeAll();

        stopServer();
        load();
        storeAll();

        assertThat(store.queue).extracting(QueuedMessage::text).containsExactly("steering", "later");
        assertThat(store.runs).hasSize(1);
        steer(run + "#2", 1);
        batch(run + "#2", 1, new RunEnd.Finished(List.of()));
        storeAll();
        assertThat(store.queue).isEmpty();
        assertThat(store.runs).hasSize(2);
    }

    @Test
    void a_recall_runs_until_its_run_has_ended() {
        request("c1", new Command.ScheduleRecall("stretch", RecallSchedule.immediate()));
        storeAll();
        Recall due = store.recalls.values().iterator().next();
        handle(message(new ShardMessage.Fire("s", due.id(), due.triggerAtMs())));
        storeAll();
        String run = lastRun();

        stopServer();

        assertThat(store.recalls.get(due.id()).status()).isEqualTo(Recall.Status.RUNNING);
        load();
        storeAll();
        batch(run + "#2", 1, new RunEnd.Finished(List.of()));
        storeAll();
        assertThat(store.recalls.get(due.id()).status()).isEqualTo(Recall.Status.FIRED);
    }

    @Test
    void downtime_does_not_count_as_time_of_the_run() {
        PrometheusMetrics prometheus = new PrometheusMetrics();
        metrics = prometheus.metrics();
        load();
        String run = start();
        nowMs += 1_000;
        stopServer();
        nowMs += 3_600_000;
        load();
        storeAll();
        nowMs += 2_000;
        stopServer();
        nowMs += 3_600_000;
        load();
        storeAll();
        nowMs += 500;
        batch(run + "#3", 1, new RunEnd.Finished(List.of()));
        storeAll();

        assertThat(store.runs.get(run).pauses()).isEqualTo(new Pauses(2, null, 7_200_000));
        assertThat(prometheus.text()).containsPattern("reprise_run_seconds_sum\\{[^}]*} 3\\.5");
    }

    @Test
    void a_clock_that_was_set_back_does_not_shorten_the_run() {
        String run = start();
        stopServer();
        nowMs -= 500;
        load();
        storeAll();

        assertThat(store.runs.get(run).pauses()).isEqualTo(new Pauses(1, null, 0));
    }

    // --- helpers

    private void stopServer() {
        handle(new Input.Drain());
        handle(new Input.EndRuns());
        storeAll();
        assertThat(session.isSettled()).isTrue();
    }

    private void crash() {
        load();
        storeAll();
    }

    private void loadWhileStopping() {
        store.owner++;
        Loaded loaded = store.load(store.owner);
        session = new Session("s", store.owner, loaded, environment());
        effects.clear();
        handle(new Input.Drain());
        effects.addAll(session.open(loaded.orphans(), false));
    }

    private List<LogEvent.RunRestarted> restarts() {
        return values(LogEvent.RunRestarted.class);
    }
}
