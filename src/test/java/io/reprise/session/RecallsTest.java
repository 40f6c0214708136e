package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.Command;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.Recall.Status;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.effect.Input;
import io.reprise.session.store.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The recalls of one session: when they start a run, and how that ends. */
class RecallsTest extends RecallBench {
    @Test
    void a_recall_is_scheduled_in_one_append_with_its_event_and_its_claim() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));

        assertThat(recall.triggerAtMs()).isEqualTo(nowMs + MINUTE_MS);
        assertThat(recall.schedule().kind()).isEqualTo(RecallSchedule.Kind.ONCE);
        assertThat(store.recalls.get(recall.id())).isEqualTo(recall);
        assertThat(actions()).containsExactly("scheduled null");
        assertThat(store.claims).hasSize(1);
    }

    @Test
    void a_due_recall_starts_a_run_that_names_the_recall() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));

        fire(recall);

        Recall running = store.recalls.get(recall.id());
        assertThat(running.status()).isEqualTo(Status.RUNNING);
        assertThat(told(RunRequest.class)).singleElement().satisfies(request -> {
            assertThat(request.run()).isEqualTo(running.run());
            assertThat(request.origin()).isEqualTo("recall");
        });
        assertThat(store.runs.get(running.run()).recall()).isEqualTo(recall.id());
        assertThat(store.runs.get(running.run()).slotMs()).isEqualTo(recall.slotMs());
        assertThat(events(LogEvent.RunStarted.class))
                .singleElement()
                .satisfies(started ->
                        assertThat(started.metadata()).isEqualTo(new LogEvent.RunMetadata("recall", recall.id())));
        assertThat(events(LogEvent.TextStart.class))
                .singleElement()
                .satisfies(message -> assertThat(message.metadata())
                        .isEqualTo(LogEvent.MessageMetadata.ofRecall(recall.id(), "user")));
    }

    /** Symptom: a reminder of a user in New York was shown in UTC. Cause: a single time lost its zone. */
    @Test
    void a_recall_that_fires_brings_an_archived_session_back() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));
        accepted(new Command.Update(false, null, null, null, true, null));
        assertThat(store.listing.archived()).isTrue();

        fire(recall);

        assertThat(store.listing.archived()).isFalse();
    }

    @Test
    void a_recall_and_its_message_keep_the_zone_in_which_the_recall_was_created() {
        Recall recall = scheduled(RecallSchedule.natural("in 1 minute", "America/New_York"));

        accepted(new Command.EditRecall(recall.id(), null, RecallSchedule.natural("in 2 minutes", null)));
        Recall edited = store.recalls.get(recall.id());
        assertThat(edited.triggerAtMs()).isEqualTo(nowMs + 2 * MINUTE_MS);
        fire(edited);

        assertThat(edited.schedule().kind()).isEqualTo(RecallSchedule.Kind.ONCE);
        assertThat(edited.schedule().zone()).isEqualTo("America/New_York");
        assertThat(events(LogEvent.TextStart.class))
                .singleElement()
                .satisfies(message -> assertThat(message.metadata().zone()).isEqualTo("America/New_York"));
    }

    @Test
    void the_outcome_of_a_recall_follows_the_terminal_event_in_the_same_append() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));
        fire(recall);

        end(new RunEnd.Finished(List.of()));

        List<String> types = store.rows.stream().map(LogRow::type).toList();
        assertThat(types).endsWith("RUN_FINISHED", "CUSTOM");
        assertThat(actions()).containsExactly("scheduled null", "started null", "fired null");
        assertThat(store.recalls.get(recall.id()).status()).isEqualTo(Status.FIRED);
        assertThat(lastAppend.rows())
                .extracting(LogRow::type)
                .as("one append")
                .containsSubsequence("RUN_FINISHED", "CUSTOM");
        assertThat(lastAppend.changes(Change.RecallChanged.class)).hasSize(1);
    }

    @Test
    void repeated_late_and_foreign_fires_are_ignored() {
        Recall recall = scheduled(RecallSchedule.interval(MINUTE_MS));

        fire(recall);
        fire(recall);
        handle(new ShardMessage.Fire("s", "rc_other", recall.triggerAtMs()));
        handle(new ShardMessage.Fire("s", recall.id(), recall.triggerAtMs() - 1));
        end(new RunEnd.Finished(List.of()));
        fire(recall); // The slot of before, once more.

        assertThat(store.runs).hasSize(1);
        assertThat(store.recalls.get(recall.id()).status()).isEqualTo(Status.PENDING);
    }

    @Test
    void a_recall_is_deferred_in_a_busy_session_and_starts_when_the_run_ends_after_queued_messages() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));
        send("hello");
        fire(recall);
        send("first");
        assertThat(actions()).endsWith("deferred busy");
        Recall deferred = store.recalls.get(recall.id());
        assertThat(deferred.triggerAtMs()).isEqualTo(nowMs + MINUTE_MS);
        assertThat(deferred.slotMs()).isEqualTo(recall.slotMs());

        nowMs += 5_000;
        end(new RunEnd.Finished(List.of()));
        assertThat(store.recalls.get(recall.id()).status()).as("people first").isEqualTo(Status.PENDING);
        end(new RunEnd.Finished(List.of()));

        assertThat(store.recalls.get(recall.id()).status()).isEqualTo(Status.RUNNING);
        assertThat(actions()).endsWith("deferred busy", "started null");
        handle(new ShardMessage.Fire("s", recall.id(), deferred.triggerAtMs()));
        assertThat(store.runs.values())
                .filteredOn(run -> "recall".equals(run.origin()))
                .hasSize(1);
    }

    @Test
    void a_stop_before_the_run_has_begun_ends_the_recall_too() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));
        nowMs = recall.triggerAtMs();
        handle(message(new ShardMessage.Fire("s", recall.id(), recall.triggerAtMs())));

        request(new Command.Stop(null, Command.Scope.RUN));
        answerLookUps();
        storeAll();

        assertThat(told(RunRequest.class)).isEmpty();
        assertThat(store.recalls.get(recall.id()).status()).isEqualTo(Status.CANCELLED);
        assertThat(actions()).endsWith("cancelled stopped");
    }

    @Test
    void a_stopped_run_ends_a_single_recall_but_not_a_recurring_one() {
        Recall once = scheduled(RecallSchedule.delay(MINUTE_MS));
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        fire(once);
        accepted(new Command.Stop(null, Command.Scope.RUN));
        end(new RunEnd.Cancelled());
        fire(often);
        accepted(new Command.Stop(null, Command.Scope.RUN));
        end(new RunEnd.Cancelled());

        assertThat(told(StopRun.class)).hasSize(2);
        assertThat(store.recalls.get(once.id()).status()).isEqualTo(Status.CANCELLED);
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PENDING);
        assertThat(store.recalls.get(often.id()).slotMs()).isEqualTo(often.slotMs() + MINUTE_MS);
    }

    @Test
    void a_run_whose_process_died_and_its_recall_are_ended_when_the_session_is_loaded() {
        settings.put("run.restartsMax", "0");
        Recall once = scheduled(RecallSchedule.delay(MINUTE_MS));
        fire(once);

        load();
        storeAll();

        assertThat(store.recalls.get(once.id()).status()).isEqualTo(Status.FAILED);
        assertThat(actions()).endsWith("failed interrupted");
        assertThat(lastAppend.changes(Change.RunChanged.class))
                .as("in the append that settles the run")
                .hasSize(1);
        assertThat(lastAppend.changes(Change.RecallChanged.class)).hasSize(1);
    }

    @Test
    void a_run_that_resumes_after_a_crash_still_belongs_to_its_recall() {
        Recall once = scheduled(RecallSchedule.delay(MINUTE_MS));
        fire(once);
        Recall running = store.recalls.get(once.id());
        List<String> before = actions();

        load();
        storeAll();

        assertThat(store.restarts).isEqualTo(1);
        assertThat(store.recalls.get(once.id())).isEqualTo(running);
        assertThat(actions()).as("nothing is settled").isEqualTo(before);
        RunRequest again = told(RunRequest.class).getLast();
        assertThat(again.origin()).isEqualTo("recall");
        handle(new ShardMessage.AgentBatch(
                "s", again.key(), 1, List.of(), new RunEnd.Finished(List.of()), "agent.t.0"));
        assertThat(store.recalls.get(once.id()).status()).isEqualTo(Status.FIRED);
    }

    @Test
    void a_failed_recall_is_retried_after_a_pause_and_finally_fails() {
        settings.put("recalls.failuresMax", "2");
        load();
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));
        fire(recall);
        end(failed());
        Recall again = store.recalls.get(recall.id());
        assertThat(again.status()).isEqualTo(Status.PENDING);
        assertThat(again.slotMs()).isEqualTo(nowMs + MINUTE_MS);

        fire(again);
        end(failed());

        assertThat(store.recalls.get(recall.id()).status()).isEqualTo(Status.FAILED);
        assertThat(actions()).endsWith("rescheduled error", "started null", "failed error");
    }

    @Test
    void a_recall_of_a_blocked_user_gets_no_run() {
        Recall recall = scheduled(RecallSchedule.interval(MINUTE_MS));
        forbidden.add("user");

        fire(recall);

        assertThat(store.runs).isEmpty();
        assertThat(actions()).endsWith("cancelled forbidden");
    }

    @Test
    void a_draining_session_leaves_it_pending() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));
        handle(new Input.Drain());

        fire(recall);

        assertThat(store.recalls.get(recall.id())).isEqualTo(recall);
        assertThat(store.runs).isEmpty();
    }

    private static RunEnd failed() {
        return new RunEnd.Failed(Failure.of(ErrorCode.MODEL_ERROR, "It failed."));
    }
}
