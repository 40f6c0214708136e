package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.Input;
import io.reprise.session.store.Loaded;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Runs whose process died: which resume, from where, and what happens to the text they had shown. */
class SessionRestartTest extends SessionBench {
    @Test
    void a_run_resumes_from_its_checkpoint_as_its_next_attempt() {
        String run = start();
        batch(run, 1, null, text("a", "kept"));
        storeAll();
        keep(run, 1, 1, "c1");
        long kept = store.head;
        batch(run, 2, null, text("b", "not kept"));
        storeAll();

        crash();
        assertThat(told(RunRequest.class)).as("nothing is stored yet").isEmpty();
        storeAll();

        assertThat(restarted()).isEqualTo(new LogEvent.RunRestarted(run, 2, kept, "a"));
        assertThat(told(RunRequest.class)).singleElement().satisfies(request -> {
            assertThat(request.key()).isEqualTo(run + "#2");
            assertThat(request.head()).isEqualTo(kept);
            assertThat(request.resume().checkpoint()).isEqualTo("c1");
        });
        assertThat(store.runs.get(run).progress().attempt()).isEqualTo(2);
        assertThat(store.runs.get(run).outcome()).isNull();
    }

    @Test
    void a_run_without_a_checkpoint_restarts_from_its_beginning() {
        String run = start();
        long begun = store.head;

        crash();
        storeAll();

        assertThat(restarted().toSeq()).isEqualTo(begun);
        assertThat(restarted().lastMessage()).startsWith("m_");
        assertThat(told(RunRequest.class).getLast().resume()).isNull();
        batch(run + "#2", 1, new RunEnd.Finished(List.of()));
        storeAll();
        assertThat(store.runs.get(run).outcome()).isEqualTo("success");
    }

    @Test
    void open_items_are_closed_but_calls_of_the_checkpoint_stay_open() {
        String run = start();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"));
        batch(run, 2, null, call("t1"));
        batch(run, 3, null, call("t2"));
        storeAll();
        keep(run, 1, 3, "c1");
        long kept = store.head;
        batch(
                run,
                4,
                null,
                LogEvent.ToolCallResult.of("m1", "t1", "done"),
                new LogEvent.ToolCallStart("t3", "x", null));
        batch(run, 5, null, new LogEvent.TextStart("b", Role.ASSISTANT, null));
        storeAll();

        crash();
        storeAll();

        assertThat(types())
                .endsWith(
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_END",
                        "TOOL_CALL_END",
                        "TOOL_CALL_RESULT",
                        "STEP_FINISHED",
                        "CUSTOM");
        assertThat(last(LogEvent.ToolCallResult.class).toolCallId()).isEqualTo("t3");
        assertThat(restarted().toSeq()).as("the result counts").isEqualTo(kept + 1);

        stop("c2");
        storeAll();
        handle(new Input.GraceOver(run));
        storeAll();
        assertThat(types()).endsWith("CUSTOM", "CUSTOM", "TOOL_CALL_RESULT", "RUN_FINISHED");
        assertThat(last(LogEvent.ToolCallResult.class).toolCallId()).isEqualTo("t2");
    }

    @Test
    void events_superseded_by_an_earlier_restart_stay_superseded() {
        String run = start();
        batch(run, 1, null, call("t1"));
        storeAll();
        keep(run, 1, 1, "c1");
        batch(run, 2, null, text("b", "text")[0], LogEvent.ToolCallResult.of("x1", "t1", "done"));
        storeAll();
        crash();
        storeAll();
        keep(run + "#2", 1, 0, "c2");

        crash();
        storeAll();

        assertThat(restarted().lastMessage()).as("not the void result").startsWith("m_");
        assertThat(types()).as("the call is open").containsOnlyOnce("TOOL_CALL_RESULT");
    }

    @Test
    void delivered_messages_after_the_checkpoint_steer_the_run_again() {
        String run = start();
        send("c2", "first", Command.OnBusy.STEER);
        storeAll();
        send("c3", "later", Command.OnBusy.QUEUE);
        storeAll();
        steer(run, 1);
        storeAll();
        assertThat(store.queue).extracting(QueuedMessage::text).containsExactly("later");

        crash();
        storeAll();

        assertThat(store.queue).extracting(QueuedMessage::text).containsExactly("first", "later");
        assertThat(store.queue).extracting(QueuedMessage::onBusy).containsExactly("steer", "queue");
        assertThat(types()).endsWith("CUSTOM", "CUSTOM");
        steer(run + "#2", 1);
        storeAll();
        assertThat(store.queue).extracting(QueuedMessage::text).containsExactly("later");
    }

    @Test
    void batches_of_an_earlier_attempt_are_rejected() {
        String run = start();
        crash();
        storeAll();
        long head = store.head;

        batch(run, 1, new RunEnd.Finished(List.of()));
        storeAll();

        assertThat(told(BatchAck.class)).contains(BatchAck.unknown(run, 1));
        assertThat(store.head).isEqualTo(head);
        assertThat(store.runs.get(run).outcome()).isNull();
    }

    @Test
    void a_run_ends_after_the_maximum_of_restarts() {
        String run = start();
        for (int i = 0; i < 2; i++) {
            crash();
            storeAll();
        }
        assertThat(restarted().attempt()).isEqualTo(3);

        crash();
        storeAll();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
        assertThat(store.restarts).isEqualTo(2);
    }

    @Test
    void with_a_limit_of_zero_no_run_is_restarted() {
        settings.put("run.restartsMax", "0");
        String run = start();

        crash();
        storeAll();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    @Test
    void a_run_without_a_saved_checkpoint_ends() {
        String run = start();
        keep(run, 1, 0, null);

        crash();
        storeAll();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    @Test
    void a_run_whose_content_was_refused_ends() {
        String run = start();
        store.owner++;
        Loaded loaded = store.load(store.owner);
        session = new Session("s", store.owner, loaded, environment());

        effects.clear();
        effects.addAll(session.open(loaded.orphans(), true));
        storeAll();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERNAL);
    }

    /** In a cluster its owner may die at any moment: what the next one must know is stored before the answer. */
    @Test
    void a_stop_is_answered_once_it_is_stored_and_then_the_run_does_not_resume() {
        String run = start();
        stop("c2");
        assertThat(told(Delivery.Answer.class)).noneMatch(answer -> answer.ticket() == 2);
        storeAll();
        assertThat(accepted("c2").result()).isEqualTo(new CommandResult.Stopped(List.of(run), List.of()));

        crash();
        storeAll();

        assertThat(store.restarts).isZero();
        assertThat(store.runs.get(run).outcome())
                .as("what the one who stopped it was told")
                .isEqualTo("cancelled");
        assertThat(types()).endsWith("RUN_FINISHED");
    }

    @Test
    void a_run_stopped_by_the_server_is_interrupted() {
        String run = start();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"));
        handle(new Input.AppendDelayed());
        long since = nowMs;
        nowMs += 30_000;
        handle(new Input.StoreWaitOver(since));
        storeAll();
        assertThat(store.runs.get(run).outcome()).as("it is being stopped").isNull();

        crash();
        storeAll();

        assertThat(store.restarts).isZero();
        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    /**
     * Symptom: the user who stopped a run was told that it was stopped, and later all readers that it was interrupted.
     */
    @Test
    void a_run_that_was_being_stopped_ends_cancelled_also_when_the_server_ends_or_its_agent_is_lost() {
        String first = start();
        stop("c2");
        storeAll();
        handle(new Input.EndRuns());
        storeAll();
        assertThat(store.runs.get(first).outcome()).isEqualTo("cancelled");

        load();
        send("c3", "again");
        storeAll();
        String second = lastRun();
        stop("c4");
        storeAll();
        batch(second, 2, null, text("a", "behind a hole"));
        storeAll();
        assertThat(store.runs.get(second).outcome()).isEqualTo("cancelled");
    }

    @Test
    void a_stop_before_the_restart_is_stored_ends_the_run_and_its_agent_is_not_asked() {
        String run = start();
        crash();
        stop("c2");
        storeAll();

        assertThat(store.runs.get(run).outcome()).isEqualTo("cancelled");
        assertThat(told(RunRequest.class)).isEmpty();
    }

    @Test
    void the_next_attempt_is_stopped_when_its_session_is_dropped() {
        String run = start();
        crash();
        storeAll();
        store.owner++;

        batch(run + "#2", 1, null, text("a", "x"));
        storeAll();

        assertThat(told(StopRun.class)).containsExactly(new StopRun(run + "#2"));
    }

    @Test
    void a_checkpoint_within_a_text_is_stored_with_the_text_that_it_covers() {
        String run = start();
        batch(run, 1, null, new LogEvent.TextStart("a", Role.ASSISTANT, null), new LogEvent.TextContent("a", "grows"));
        storeAll();
        assertThat(session.announcedHead()).as("shown and not stored").isGreaterThan(store.head);
        var keep = new ShardMessage.Question.Keep("c1", session.announcedHead());
        handle(message(new ShardMessage.RunQuestion("s", run, 1, 1, "agent.t.0", keep)));
        storeAll();

        assertThat(store.runs.get(run).progress().resumeSeq())
                .isEqualTo(keep.seq())
                .isLessThanOrEqualTo(store.head);
    }

    @Test
    void a_log_whose_announced_text_is_lost_gets_another_epoch() {
        start();
        String before = store.epoch;
        settings.put("log.flushMs", "0");

        crash();
        storeAll();

        String after = store.epoch;
        assertThat(after).isNotEqualTo(before);
        crash();
        storeAll();
        assertThat(store.epoch)
                .as("the next attempt showed only what is stored")
                .isEqualTo(after);
    }

    private void crash() {
        load();
    }

    private LogEvent.RunRestarted restarted() {
        return values(LogEvent.RunRestarted.class).getLast();
    }

    private <T> T last(Class<T> type) {
        return events(type).getLast();
    }
}
