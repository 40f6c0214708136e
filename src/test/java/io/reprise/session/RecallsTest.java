package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.Command;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.RecallUpdated;
import io.reprise.message.log.LogRow;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.Recall.Status;
import io.reprise.message.recall.RecallContext;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.message.recall.RecallTarget;
import io.reprise.session.effect.Input;
import io.reprise.session.effect.OpenedSession;
import io.reprise.session.store.Change;
import io.reprise.support.Current;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The recalls of one session, with a clock and a store that the test controls. */
class RecallsTest extends SessionBench {
    private static final long MINUTE_MS = 60_000;

    private final Set<String> forbidden = new HashSet<>();
    private int commands;

    RecallsTest() {
        nowMs = 1_700_000_000_000L;
    }

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

    @Test
    void an_edited_recall_starts_again_and_its_old_time_does_not_fire() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));

        accepted(new Command.EditRecall(recall.id(), "walk", RecallSchedule.delay(2 * MINUTE_MS)));
        fire(recall);

        Recall edited = store.recalls.get(recall.id());
        assertThat(edited.text()).isEqualTo("walk");
        assertThat(edited.status()).isEqualTo(Status.PENDING);
        assertThat(store.runs).isEmpty();
        fire(edited);
        assertThat(store.runs).hasSize(1);
    }

    @Test
    void a_new_schedule_during_the_run_outlives_the_run() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));
        fire(recall);

        accepted(new Command.EditRecall(recall.id(), null, RecallSchedule.delay(MINUTE_MS)));
        end(new RunEnd.Finished(List.of()));

        Recall edited = store.recalls.get(recall.id());
        assertThat(edited.status()).isEqualTo(Status.PENDING);
        assertThat(edited.slotMs()).isGreaterThan(recall.slotMs());
        fire(edited);
        assertThat(store.runs).hasSize(2);
    }

    @Test
    void a_cancelled_or_skipped_recall_does_not_run() {
        Recall cancelled = scheduled(RecallSchedule.delay(MINUTE_MS));
        Recall skipped = scheduled(RecallSchedule.interval(MINUTE_MS));
        accepted(new Command.CancelRecall(cancelled.id()));
        accepted(new Command.SkipRecall(skipped.id()));

        fire(cancelled);
        fire(skipped);

        assertThat(store.runs).isEmpty();
        assertThat(store.recalls.get(skipped.id()).slotMs()).isEqualTo(skipped.slotMs() + MINUTE_MS);
        assertThat(refused(new Command.CancelRecall(cancelled.id()))).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void a_paused_recall_does_not_run_until_it_is_resumed() {
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        accepted(new Command.PauseRecall(often.id()));
        accepted(new Command.PauseRecall(often.id()));

        fire(often);
        load();
        fire(often);
        assertThat(store.runs).isEmpty();
        assertThat(refused(new Command.SkipRecall(often.id()))).isEqualTo(ErrorCode.CONFLICT);

        nowMs += 5 * MINUTE_MS;
        accepted(new Command.ResumeRecall(often.id(), true));
        accepted(new Command.ResumeRecall(often.id(), true));
        Recall resumed = store.recalls.get(often.id());
        assertThat(resumed.triggerAtMs()).isGreaterThan(nowMs);
        fire(resumed);

        assertThat(store.runs).hasSize(1);
        assertThat(actions()).containsExactly("scheduled null", "paused null", "resumed null", "started null");
        assertThat(store.recalls.get(often.id()).missed()).isZero();
    }

    @Test
    void a_recall_can_be_paused_during_its_run_if_it_comes_again() {
        Recall once = scheduled(RecallSchedule.delay(MINUTE_MS));
        fire(once);
        assertThat(refused(new Command.PauseRecall(once.id()))).isEqualTo(ErrorCode.BUSY);
        end(new RunEnd.Finished(List.of()));
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        fire(often);

        accepted(new Command.PauseRecall(often.id()));
        end(new RunEnd.Finished(List.of()));

        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PAUSED);
        assertThat(store.recalls.get(often.id()).slotMs()).isEqualTo(often.slotMs() + MINUTE_MS);
    }

    @Test
    void a_paused_recall_stays_paused_when_its_time_changes() {
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        accepted(new Command.PauseRecall(often.id()));

        accepted(new Command.EditRecall(often.id(), null, RecallSchedule.delay(MINUTE_MS)));

        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PAUSED);
        assertThat(store.recalls.get(often.id()).pause()).isEqualTo(Recall.Pause.ASKED);
    }

    @Test
    void after_too_many_runs_in_a_row_a_recall_waits_for_a_message_of_the_person() {
        settings.put("recalls.chainMax", "2");
        load();
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        Recall asked = scheduled(RecallSchedule.interval(MINUTE_MS));
        accepted(new Command.PauseRecall(asked.id()));
        for (int i = 0; i < 2; i++) {
            fire(store.recalls.get(often.id()));
            end(new RunEnd.Finished(List.of()));
        }
        load(); // The count is stored.

        fire(store.recalls.get(often.id()));

        assertThat(store.runs).hasSize(2);
        assertThat(actions()).endsWith("paused chain");
        assertThat(store.recalls.get(often.id()).pause()).isEqualTo(Recall.Pause.CHAIN);

        send("thank you");
        assertThat(actions()).endsWith("resumed null");
        assertThat(store.recalls.get(asked.id()).status())
                .as("a person paused it")
                .isEqualTo(Status.PAUSED);
        end(new RunEnd.Finished(List.of()));
        fire(store.recalls.get(often.id()));
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void a_message_in_between_breaks_the_chain_but_a_resume_by_the_agent_does_not() {
        settings.put("recalls.chainMax", "1");
        load();
        Recall often = scheduled(RecallSchedule.interval(MINUTE_MS));
        fire(often);
        end(new RunEnd.Finished(List.of()));
        fire(store.recalls.get(often.id()));
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PAUSED);

        accepted(new Command.ResumeRecall(often.id(), false));
        fire(store.recalls.get(often.id()));
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PAUSED);

        accepted(new Command.ResumeRecall(often.id(), true));
        fire(store.recalls.get(often.id()));
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.RUNNING);
    }

    @Test
    void a_recall_in_a_new_session_has_one_made_and_is_settled_when_it_exists() {
        Recall once = scheduledInNew(RecallSchedule.delay(MINUTE_MS));
        Recall often = scheduledInNew(RecallSchedule.interval(MINUTE_MS));
        send("/hang");

        fire(once);
        fire(often);

        assertThat(opened).extracting(asked -> asked.recall().id()).containsExactly(once.id(), often.id());
        assertThat(opened.getFirst().from().session()).isEqualTo("s");
        assertThat(store.recalls.get(once.id()).status()).isEqualTo(Status.FIRED);
        assertThat(store.recalls.get(often.id()).status()).isEqualTo(Status.PENDING);
        assertThat(store.recalls.get(often.id()).slotMs()).isEqualTo(often.slotMs() + MINUTE_MS);
        assertThat(store.runs.values())
                .as("only that of the message")
                .allMatch(run -> run.origin().equals("user"));
        assertThat(actions()).endsWith("fired null", "rescheduled null");
    }

    @Test
    void a_new_session_is_asked_for_again_while_nobody_knows_whether_it_exists() {
        Recall once = scheduledInNew(RecallSchedule.delay(MINUTE_MS));
        openingOutcome = OpenedSession.Outcome.UNKNOWN;
        fire(once);
        assertThat(store.recalls.get(once.id())).isEqualTo(once);
        load(); // The answer of the store is lost with the process.
        openingOutcome = OpenedSession.Outcome.EXISTS;

        fire(once);
        fire(once);

        assertThat(opened).hasSize(2);
        assertThat(opened.get(1).recall())
                .as("the same slot")
                .isEqualTo(opened.get(0).recall());
        assertThat(store.recalls.get(once.id()).status()).isEqualTo(Status.FIRED);
    }

    @Test
    void a_slot_is_skipped_if_recalls_have_made_too_many_sessions() {
        Recall often = scheduledInNew(RecallSchedule.interval(MINUTE_MS));
        openingOutcome = OpenedSession.Outcome.TOO_MANY;

        fire(often);

        assertThat(actions()).endsWith("skipped sessions");
        assertThat(store.recalls.get(often.id()).slotMs()).isEqualTo(often.slotMs() + MINUTE_MS);
    }

    private Recall scheduledInNew(RecallSchedule schedule) {
        Command command = new Command.ScheduleRecall("stretch", schedule, RecallContext.NONE, RecallTarget.NEW);
        return ((CommandResult.Recalled) accepted(command)).recall();
    }

    @Test
    void limits_refuse_before_anything_is_stored() {
        settings.put("recalls.perSessionMax", "2");
        settings.put("recalls.perUserMax", "3");
        load();
        scheduled(RecallSchedule.delay(MINUTE_MS));
        recallsElsewhere = 2;
        assertThat(refused(schedule(RecallSchedule.delay(MINUTE_MS)))).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
        recallsElsewhere = 1;
        scheduled(RecallSchedule.delay(MINUTE_MS));
        recallsElsewhere = 0;
        assertThat(refused(schedule(RecallSchedule.delay(MINUTE_MS)))).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
        assertThat(store.recalls).hasSize(2);
    }

    @Test
    void an_invalid_schedule_is_a_bad_request() {
        assertThat(refused(schedule(RecallSchedule.interval(9_999)))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(schedule(RecallSchedule.delay(367L * 24 * 60 * MINUTE_MS))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(schedule(RecallSchedule.once("2001-01-01T00:00:00Z"))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(schedule(RecallSchedule.once("tomorrow")))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(schedule(RecallSchedule.cron("0 9 * *", "Europe/Berlin"))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(schedule(RecallSchedule.natural("sometime", null)))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused(new Command.ScheduleRecall("a\0b", RecallSchedule.delay(1))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(store.recalls).isEmpty();
    }

    @Test
    void nothing_is_scheduled_while_the_store_is_unavailable() {
        recallsElsewhere = null;

        assertThat(refused(schedule(RecallSchedule.delay(MINUTE_MS)))).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void an_attach_names_pending_recalls() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));

        handle(new ShardMessage.Attach("s", "user", READER, null));

        assertThat(told(Delivery.Verdict.class).getLast().attached().recalls())
                .extracting(info -> info.recall())
                .containsExactly(recall.id());
    }

    @Test
    void readers_of_an_erased_session_are_told_of_its_recalls() {
        Recall recall = scheduled(RecallSchedule.delay(MINUTE_MS));
        handle(new ShardMessage.Attach("s", "user", READER, null));

        request(new Command.Delete());
        storeAll();
        handle(new Input.Erased(true));

        assertThat(told(Delivery.Notice.class))
                .extracting(Delivery.Notice::kind)
                .containsExactly("recall.cancelled", "session.deleted");
        assertThat(told(Delivery.Notice.class).getFirst().data()).containsEntry("recall", recall.id());
    }

    @Test
    void a_repeated_command_schedules_nothing() {
        Command command = schedule(RecallSchedule.delay(MINUTE_MS));
        long ticket = request(command);
        storeAll();
        requestAgain(ticket, command);
        storeAll();

        CommandOutcome.Accepted again = (CommandOutcome.Accepted) outcome("c" + ticket);
        assertThat(again.duplicate()).isTrue();
        assertThat(store.recalls).hasSize(1);
    }

    // --- the world

    @Override
    Session.Environment environment() {
        Session.Environment all = super.environment();
        return new Session.Environment(
                Current.always(all.settings()),
                all.agents(),
                all.ids(),
                all.time(),
                all.clock(),
                all.metrics(),
                user -> !forbidden.contains(user),
                all.storeAnswers(),
                all.rules(),
                user -> false);
    }

    private static Command.ScheduleRecall schedule(RecallSchedule schedule) {
        return new Command.ScheduleRecall("stretch", schedule);
    }

    private Recall scheduled(RecallSchedule schedule) {
        return ((CommandResult.Recalled) accepted(schedule(schedule))).recall();
    }

    private CommandResult accepted(Command command) {
        long ticket = request(command);
        storeAll();
        return accepted("c" + ticket).result();
    }

    private ErrorCode refused(Command command) {
        long ticket = request(command);
        storeAll();
        return refused("c" + ticket);
    }

    private void send(String text) {
        accepted(new Command.Send(text, Command.OnBusy.QUEUE));
    }

    /** The timer's message when a recall is due. */
    private void fire(Recall recall) {
        nowMs = Math.max(nowMs, recall.triggerAtMs());
        handle(new ShardMessage.Fire("s", recall.id(), recall.triggerAtMs()));
    }

    /** The agent ends its latest run. */
    private void end(RunEnd end) {
        String run = told(RunRequest.class).getLast().run();
        handle(new ShardMessage.AgentBatch("s", run, 1, List.of(), end, "agent.t.0"));
    }

    private static RunEnd failed() {
        return new RunEnd.Failed(Failure.of(ErrorCode.MODEL_ERROR, "It failed."));
    }

    private long request(Command command) {
        requestAgain(++commands, command);
        return commands;
    }

    private void requestAgain(long ticket, Command command) {
        request("c" + ticket, command);
    }

    private void handle(ShardMessage.ToSession message) {
        handle(message(message));
        storeAll();
    }

    private List<String> actions() {
        return values(RecallUpdated.class).stream()
                .map(updated -> updated.action().wire() + " " + updated.reason())
                .toList();
    }
}
