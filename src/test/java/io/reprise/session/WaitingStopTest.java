package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.Command.Scope;
import io.reprise.message.CommandResult;
import io.reprise.message.CommandResult.Sent;
import io.reprise.message.CommandResult.Status;
import io.reprise.message.CommandResult.Stopped;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.message.recall.Recall;
import io.reprise.message.recall.RecallSchedule;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.store.RunRow;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A session that waits for people, and is stopped, cleared, deleted, or whose recalls are due. */
class WaitingStopTest extends WaitingBench {
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

    private LogEvent.RunStarted started() {
        return (LogEvent.RunStarted) events().stream()
                .filter(e -> e instanceof LogEvent.RunStarted)
                .reduce((a, b) -> b)
                .orElseThrow();
    }
}
