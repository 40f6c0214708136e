package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.ChatMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.Command.Scope;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult;
import io.reprise.message.CommandResult.Sent;
import io.reprise.message.CommandResult.Status;
import io.reprise.message.CommandResult.Stopped;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.store.Change.Audited;
import io.reprise.session.store.RunRow;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A session that waits for people is busy: what happens to everything else meanwhile. */
class SessionWaitingTest extends SessionBench {
    // --- messages

    @Test
    void a_queued_message_runs_after_the_resumed_run() {
        waiting("t1");
        send("c2", "later");
        storeAll();

        assertThat(((Sent) accepted("c2").result()).status()).isEqualTo(Status.QUEUED);
        assertThat(store.runs).hasSize(1);
        load();
        storeAll();
        assertThat(store.runs).as("nor does it begin after a restart").hasSize(1);
        assertThat(queue()).containsExactly("later");
    }

    @Test
    void the_queue_is_limited_as_usual() {
        settings.put("sessions.queueMax", "1");
        load();
        waiting("t1");
        send("c2", "later");
        send("c3", "much later");
        storeAll();

        assertThat(refused("c3")).isEqualTo(ErrorCode.QUEUE_FULL);
    }

    /**
     * Symptom: ten queued messages of 64 KB cost megabytes of the log. Cause: each change of the queue is an event with
     * all
     * of it, and only its length was limited.
     */
    @Test
    void the_queue_is_bounded_in_bytes_too() {
        settings.put("sessions.textBytesMax", "10");
        settings.put("sessions.queueBytesMax", "25");
        load();
        start();
        send("c2", "äääää");
        send("c3", "1234567890");
        send("c4", "123456", OnBusy.STEER);
        send("c5", "12345");
        send("c6", "now", OnBusy.INTERRUPT);
        send("c7", "now", OnBusy.INTERRUPT);
        storeAll();
        String first = ((Sent) accepted("c2").result()).message();
        request("c8", new Command.Requeue(first, "1234567890a"));
        request("c9", new Command.Requeue(first, "shorter"));
        storeAll();

        assertThat(refused("c4")).isEqualTo(ErrorCode.QUEUE_FULL);
        assertThat(refused("c7")).as("one more than the others may wait").isEqualTo(ErrorCode.QUEUE_FULL);
        assertThat(refused("c8")).isEqualTo(ErrorCode.QUEUE_FULL);
        accepted("c9");
        assertThat(queue()).containsExactly("now", "shorter", "1234567890", "12345");
    }

    @Test
    void all_parts_of_queued_messages_count() {
        settings.put("sessions.queueBytesMax", "100000");
        load();
        waiting("t1");
        String image = "{\"type\":\"image\",\"data\":\"" + "x".repeat(60_000) + "\"}";
        Content large = Content.of("see", List.of(new Part.Unknown("image", image)));
        request("c2", new Command.Send(large, OnBusy.QUEUE));
        request("c3", new Command.Send(large, OnBusy.QUEUE));
        request("c4", new Command.Send(Content.of("small"), OnBusy.QUEUE));
        storeAll();

        assertThat(refused("c3")).isEqualTo(ErrorCode.QUEUE_FULL);
        assertThat(store.queue).extracting(QueuedMessage::content).containsExactly(large, Content.of("small"));
    }

    @Test
    void the_parts_of_a_message_are_in_its_event_and_stay_when_its_text_is_changed() {
        Part image = new Part.Unknown("image", "{\"type\":\"image\"}");
        waiting("t1");
        request("c2", new Command.Send(Content.of("see", List.of(image)), OnBusy.QUEUE));
        storeAll();
        String message = store.queue.getFirst().message();
        request("c3", new Command.Requeue(message, "look"));
        storeAll();
        answer("c4", "i_t1", Decision.REJECT);
        storeAll();
        batch(lastRun(), 1, new RunEnd.Finished(List.of()));
        storeAll();

        ChatMessage said = store.conversation().messages().getLast();
        assertThat(said.content()).isEqualTo(Content.of("look", List.of(image)));
    }

    @Test
    void a_steering_message_waits_for_the_resumed_run() {
        waiting("t1");
        send("c2", "left", OnBusy.STEER);
        storeAll();
        assertThat(((Sent) accepted("c2").result()).status()).isEqualTo(Status.STEERED);
        answer("c3", "i_t1", Decision.APPROVE);
        assertThat(queue()).containsExactly("left");
        handle(message(new ShardMessage.RunQuestion(
                "s", lastRun(), 1, 0, "agent.t.0", new ShardMessage.Question.AskSteering())));
        storeAll();

        assertThat(queue()).isEmpty();
        ChatMessage left = store.conversation().messages().getLast();
        assertThat(left.content()).isEqualTo(Content.of("left"));
        assertThat(left.metadata().run()).isEqualTo(lastRun());
    }

    @Test
    void a_message_that_may_not_be_queued_is_refused() {
        waiting("t1");
        send("c2", "now or never", OnBusy.REJECT);
        storeAll();

        assertThat(refused("c2")).isEqualTo(ErrorCode.BUSY);
        assertThat(((CommandOutcome.Refused) outcome("c2")).failure().message())
                .isEqualTo("This session waits for a decision about a call.");
    }

    @Test
    void an_interrupting_message_cancels_open_interrupts_and_starts_before_queued_messages() {
        waiting("t1", "t2");
        send("c2", "later");
        send("c3", "now", OnBusy.INTERRUPT);
        storeAll();

        Sent sent = (Sent) accepted("c3").result();
        assertThat(sent.status()).isEqualTo(Status.STARTED);
        assertThat(sent.run()).isEqualTo(lastRun());
        assertThat(decisions()).containsExactly(Decision.CANCELLED, Decision.CANCELLED);
        assertThat(contents()).containsExactly("hello", "now");
        assertThat(told(RunRequest.class).getLast().resume()).isNull();
        assertThat(queue()).containsExactly("later");
        assertThat(types().subList(types().size() - 6, types().size()))
                .containsExactly(
                        "CUSTOM",
                        "CUSTOM",
                        "RUN_STARTED",
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_END");
        assertThat(store.audited)
                .extracting(Audited::action)
                .containsExactly("interrupt.cancelled", "interrupt.cancelled");
        assertThat(store.audited).extracting(Audited::user).containsOnly("user");
        answer("c4", "i_t1", Decision.APPROVE);
        assertThat(refused("c4")).isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void a_rollback_goes_back_to_before_the_message_of_the_waiting_run() {
        send("c5", "before");
        storeAll();
        batch(lastRun(), 1, new RunEnd.Finished(List.of()));
        storeAll();
        String run = waiting("t1");
        send("c2", "instead", OnBusy.ROLLBACK);
        storeAll();

        assertThat(decisions()).containsExactly(Decision.CANCELLED);
        assertThat(contents()).containsExactly("before", "instead");
        assertThat(rewound().toSeq()).isEqualTo(store.runs.get(run).firstSeq() - 1);
    }

    @Test
    void a_rollback_of_a_resumed_run_goes_back_to_before_the_first_run_of_the_chain() {
        send("c5", "before");
        storeAll();
        batch(lastRun(), 1, new RunEnd.Finished(List.of()));
        storeAll();
        String run = waiting("t1");
        answer("c2", "i_t1", Decision.APPROVE);
        String next = lastRun();
        batch(next, 1, null, LogEvent.ToolCallResult.of("m9", "t1", "sent"));
        send("c3", "instead", OnBusy.ROLLBACK);
        answerLookUps();
        batch(next, 2, new RunEnd.Cancelled());
        storeAll();

        assertThat(contents()).containsExactly("before", "instead");
        assertThat(rewound().toSeq()).isEqualTo(store.runs.get(run).firstSeq() - 1);
    }

    @Test
    void a_rollback_of_a_run_that_has_not_started_or_was_restarted_goes_back_as_far() {
        String run = waiting("t1");
        request("c2", new Command.Answer("i_t1", Decision.APPROVE, null, null));
        answerLookUps();
        send("c3", "instead", OnBusy.ROLLBACK);
        answerLookUps();
        storeAll();
        assertThat(rewound())
                .isEqualTo(new LogEvent.HistoryRewound(store.runs.get(run).firstSeq() - 1, null));

        String second = lastRun();
        interrupt(second, "t2");
        load();
        answer("c4", "i_t2", Decision.APPROVE);
        send("c5", "and again", OnBusy.ROLLBACK);
        answerLookUps();
        batch(lastRun(), 1, new RunEnd.Cancelled());
        storeAll();
        assertThat(rewound())
                .isEqualTo(new LogEvent.HistoryRewound(store.runs.get(second).firstSeq() - 1, null));
        assertThat(contents()).containsExactly("and again");
    }

    @Test
    void running_again_is_refused() {
        waiting("t1");
        request("c2", new Command.Regenerate(null, null));
        storeAll();

        assertThat(refused("c2")).isEqualTo(ErrorCode.BUSY);
    }

    // --- stops

    @Test
    void a_stop_cancels_and_lets_the_queue_continue() {
        waiting("t1", "t2");
        answer("c2", "i_t1", Decision.APPROVE);
        send("c3", "later");
        storeAll();
        stop("c4");
        storeAll();

        assertThat(accepted("c4").result()).isEqualTo(new Stopped(List.of(), List.of()));
        assertThat(decisions()).containsExactly(Decision.APPROVE, Decision.CANCELLED);
        assertThat(contents()).containsExactly("hello", "later");
        assertThat(store.runs).hasSize(2);
    }

    @Test
    void a_stop_may_name_the_run_that_waits_and_no_other() {
        String run = waiting("t1");
        request("c2", new Command.Stop("r_other", Scope.RUN));
        storeAll();
        assertThat(refused("c2")).isEqualTo(ErrorCode.STALE_RUN);
        assertThat(decisions()).containsExactly((Decision) null);
        request("c3", new Command.Stop(run, Scope.RUN));
        storeAll();

        assertThat(accepted("c3").result()).isEqualTo(new Stopped(List.of(), List.of()));
        assertThat(decisions()).containsExactly(Decision.CANCELLED);
    }

    @Test
    void a_stop_of_all_cancels_and_starts_nothing() {
        waiting("t1");
        send("c2", "later");
        storeAll();
        String message = store.queue.getFirst().message();
        request("c3", new Command.Stop(null, Scope.ALL));
        storeAll();

        assertThat(accepted("c3").result()).isEqualTo(new Stopped(List.of(), List.of(message)));
        assertThat(decisions()).containsExactly(Decision.CANCELLED);
        assertThat(store.runs).hasSize(1);
        assertThat(session.isIdle()).isTrue();
    }

    @Test
    void a_stop_of_the_queue_leaves_open_interrupts_open() {
        waiting("t1");
        send("c2", "later");
        storeAll();
        request("c3", new Command.Stop(null, Scope.QUEUED));
        storeAll();

        assertThat(queue()).isEmpty();
        assertThat(decisions()).containsExactly((Decision) null);
    }

    @Test
    void the_session_accepts_messages_after_a_stop() {
        waiting("t1");
        stop("c2");
        send("c3", "next");
        storeAll();

        assertThat(((Sent) accepted("c3").result()).status()).isEqualTo(Status.STARTED);
    }

    // --- clear, delete, the end of the server

    @Test
    void clearing_drops_queued_messages() {
        waiting("t1");
        send("c2", "later");
        request("c3", new Command.Clear());
        storeAll();

        assertThat(accepted("c3").result()).isEqualTo(new CommandResult.Done());
        assertThat(store.interrupts).isEmpty();
        answer("c4", "i_t1", Decision.APPROVE);
        assertThat(refused("c4")).isEqualTo(ErrorCode.NOT_FOUND);
        send("c5", "anew");
        storeAll();
        assertThat(((Sent) accepted("c5").result()).status()).isEqualTo(Status.STARTED);
    }

    @Test
    void clearing_drops_the_answer_that_is_not_stored_yet_and_the_run_that_it_began() {
        waiting("t1");
        request("c2", new Command.Answer("i_t1", Decision.APPROVE, null, null));
        request("c3", new Command.Clear());
        storeAll();

        assertThat(accepted("c3").result()).isEqualTo(new CommandResult.Done());
        assertThat(told(RunRequest.class)).as("the first run's").hasSize(1);
        assertThat(store.interrupts).isEmpty();
        assertThat(store.runs).isEmpty();
    }

    @Test
    void clearing_drops_an_answer_of_the_same_append() {
        waiting("t1");
        send("c9", "its append is under way");
        answerLookUps();
        request("c2", new Command.Answer("i_t1", Decision.APPROVE, null, null));
        request("c3", new Command.Clear());
        answerLookUps();
        storeAll();

        assertThat(store.interrupts).isEmpty();
        assertThat(store.runs).isEmpty();
    }

    @Test
    void deleting_a_session_erases_it_with_everything_else() {
        waiting("t1");
        request("c2", new Command.Delete());
        answerLookUps();
        handle(new Input.Erased(true));

        assertThat(accepted("c2").result()).isEqualTo(new CommandResult.Done());
        assertThat(effects).contains(new Effect.Drop(false, false, List.of()));
    }

    @Test
    void a_stop_is_taken_while_the_server_shuts_down() {
        waiting("t1");
        send("c2", "later");
        storeAll();
        handle(new Input.Drain());
        stop("c3");
        storeAll();

        assertThat(decisions()).containsExactly(Decision.CANCELLED);
        assertThat(store.runs).as("the next server's").hasSize(1);
        load();
        storeAll();
        assertThat(store.runs).hasSize(2);
    }

    // --- recalls

    @Test
    void a_recall_is_deferred_while_people_decide_and_runs_afterwards() {
        String recall = schedule("c9", RecallSchedule.delay(10_000));
        String run = waiting("t1");
        nowMs += 10_000;
        fire(recall);
        assertThat(store.recalls.get(recall).deferrals()).isEqualTo(1);
        assertThat(store.recalls.get(recall).triggerAtMs())
                .isEqualTo(store.interrupts.get("i_t1").expiresMs());
        load();
        storeAll();
        answer("c2", "i_t1", Decision.APPROVE);
        assertThat(store.runs).as("not beside the run that goes on").hasSize(2);
        batch(lastRun(), 1, new RunEnd.Finished(List.of()));
        storeAll();

        RunRow its = store.runs.get(lastRun());
        assertThat(its.recall()).isEqualTo(recall);
        assertThat(run).isNotEqualTo(its.id());
    }

    @Test
    void a_recall_that_was_deferred_runs_after_a_stop() {
        String recall = schedule("c9", RecallSchedule.delay(10_000));
        waiting("t1");
        nowMs += 10_000;
        fire(recall);
        stop("c2");
        storeAll();

        assertThat(store.runs.get(lastRun()).recall()).isEqualTo(recall);
    }

    @Test
    void a_recall_whose_run_waits_for_people_counts_as_fired_and_the_resumed_run_does_not_belong_to_it() {
        String recall = schedule("c9", RecallSchedule.delay(10_000));
        nowMs += 10_000;
        fire(recall);
        interrupt(lastRun(), "t1");
        assertThat(store.recalls.get(recall).status()).isEqualTo(Recall.Status.FIRED);
        String run = lastRun();
        answer("c2", "i_t1", Decision.APPROVE);

        RunRow next = store.runs.get(lastRun());
        assertThat(next.origin()).isEqualTo("recall");
        assertThat(next.recall()).isNull();
        assertThat(next.slotMs()).isNull();
        assertThat(started().metadata()).isEqualTo(new LogEvent.RunMetadata("recall", null, run));
    }

    @Test
    void a_recurring_recall_continues_with_its_next_slot() {
        String recall = schedule("c9", RecallSchedule.interval(60_000));
        nowMs += 60_000;
        fire(recall);
        interrupt(lastRun(), "t1");

        assertThat(store.recalls.get(recall).status()).isEqualTo(Recall.Status.PENDING);
        assertThat(store.recalls.get(recall).slotMs()).isEqualTo(nowMs + 60_000);
        assertThat(store.recalls.get(recall).failures()).isZero();
    }

    // --- helpers

    private String schedule(String id, RecallSchedule schedule) {
        request(id, new Command.ScheduleRecall("stretch", schedule));
        answerLookUps();
        effects.removeIf(e -> e instanceof Effect.CountRecalls);
        handle(new Input.RecallsCounted(0));
        storeAll();
        return ((CommandResult.Recalled) accepted(id).result()).recall().id();
    }

    private void fire(String recall) {
        handle(message(
                new ShardMessage.Fire("s", recall, store.recalls.get(recall).triggerAtMs())));
        storeAll();
    }

    private List<Decision> decisions() {
        return store.interrupts.values().stream()
                .map(one -> one.isOpen() ? null : one.resolution().decision())
                .toList();
    }

    private List<String> contents() {
        return store.conversation().messages().stream()
                .filter(message -> message.metadata().by() != null)
                .map(ChatMessage::text)
                .toList();
    }

    private List<String> queue() {
        return store.queue.stream().map(QueuedMessage::text).toList();
    }

    private LogEvent.HistoryRewound rewound() {
        return events().stream()
                .filter(e -> e instanceof LogEvent.Custom custom && custom.value() instanceof LogEvent.HistoryRewound)
                .map(e -> (LogEvent.HistoryRewound) ((LogEvent.Custom) e).value())
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private LogEvent.RunStarted started() {
        return (LogEvent.RunStarted) events().stream()
                .filter(e -> e instanceof LogEvent.RunStarted)
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
