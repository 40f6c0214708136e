package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.StopRun;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.Command.Scope;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult.Sent;
import io.reprise.message.CommandResult.Stopped;
import io.reprise.message.Delivery;
import io.reprise.message.ErrorCode;
import io.reprise.message.QueuedMessage;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.store.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Stops that take effect on arrival, before the store has answered. */
class SessionStopTest extends SessionBench {
    private long tickets = 100;

    /**
     * Symptom: while the database was unavailable or slow, a stop was refused or late, and the text continued. Cause:
     * like every
     * command it was decided only after a look-up of its claim.
     */
    @Test
    void a_stop_that_names_the_active_run_signals_its_agent_at_once() {
        String run = start();
        batch(run, 1, null, new LogEvent.TextStart("a", Role.ASSISTANT, null), new LogEvent.TextContent("a", "said"));

        stopRun("c2", run, Scope.RUN);

        assertThat(told(StopRun.class)).containsExactly(new StopRun(run));
        assertThat(answers(2)).isEmpty();
        long head = session.announcedHead();
        batch(run, 2, null, new LogEvent.TextContent("a", "too late"));
        assertThat(session.announcedHead()).isEqualTo(head);
        storeAll();
        assertThat(accepted("c2").result()).isEqualTo(new Stopped(List.of(run), List.of()));
        batch(run, 3, new RunEnd.Cancelled());
        storeAll();
        assertThat(store.runs.get(run).outcome()).isEqualTo("cancelled");
    }

    @Test
    void the_answer_names_the_stopped_run_also_when_the_next_one_is_already_active() {
        String run = start();
        send("c2", "next");
        storeAll();
        stopRun("c3", run, Scope.RUN);
        batch(run, 1, new RunEnd.Cancelled());

        storeAll();

        assertThat(accepted("c3").result()).isEqualTo(new Stopped(List.of(run), List.of()));
        assertThat(lastRun()).isNotEqualTo(run);
        assertThat(store.runs.get(lastRun()).outcome()).isNull();
        assertThat(told(StopRun.class)).hasSize(1);
    }

    @Test
    void while_the_store_is_unavailable_the_text_ends_and_a_repeat_is_decided_later() {
        String run = start();
        send("c2", "next");
        storeAll();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"));
        handle(new Input.AppendDelayed());

        stopRun("c3", run, Scope.RUN);
        assertThat(refused("c3")).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(told(StopRun.class)).hasSize(1);
        batch(run, 2, new RunEnd.Cancelled());
        stopRun("c3", run, Scope.RUN);
        assertThat(refused("c3")).isEqualTo(ErrorCode.UNAVAILABLE);
        storeAll();
        assertThat(store.runs.get(run).outcome()).isEqualTo("cancelled");
        assertThat(session.isRunning()).as("the queue goes on").isTrue();

        stopRun("c3", run, Scope.RUN);
        storeAll();
        assertThat(accepted("c3").result()).isEqualTo(new Stopped(List.of(run), List.of()));
        stopRun("c3", run, Scope.RUN);
        storeAll();
        assertThat(((CommandOutcome.Accepted) outcome("c3")).duplicate()).isTrue();
        assertThat(told(StopRun.class)).hasSize(1);
    }

    /** Symptom: a changed limit had no effect on loaded sessions. Cause: the limit was read when a session was loaded. */
    @Test
    void the_limit_of_remembered_stops_follows_the_settings() {
        String run = start();
        send("c2", "next");
        storeAll();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"));
        handle(new Input.AppendDelayed());
        stopRun("c3", run, Scope.RUN);
        change("sessions.waitingMax", "1");
        stopRun("c4", run, Scope.RUN);
        batch(run, 2, new RunEnd.Cancelled());
        storeAll();

        stopRun("c3", run, Scope.RUN);
        storeAll();
        stopRun("c4", run, Scope.RUN);
        storeAll();

        assertThat(refused("c3")).as("forgotten").isEqualTo(ErrorCode.STALE_RUN);
        assertThat(accepted("c4").result()).isEqualTo(new Stopped(List.of(run), List.of()));
    }

    @Test
    void a_stop_takes_effect_even_if_the_look_up_of_its_claim_fails() {
        String run = start();
        stopRun("c2", run, Scope.RUN);
        effects.removeIf(Effect.LookUpClaim.class::isInstance);

        handle(new Input.ClaimUnknown());

        assertThat(refused("c2")).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(told(StopRun.class)).hasSize(1);
        batch(run, 1, new RunEnd.Cancelled());
        storeAll();
        stopRun("c2", run, Scope.RUN);
        storeAll();
        assertThat(accepted("c2").result()).isEqualTo(new Stopped(List.of(run), List.of()));
    }

    @Test
    void a_stopped_run_that_its_agent_has_not_received_ends_and_never_starts() {
        send("c1", "hello");
        answerLookUps();
        String run = ((Effect.Store) pending().getFirst())
                .append()
                .change(Change.RunChanged.class)
                .orElseThrow()
                .run()
                .id();

        stopRun("c2", run, Scope.RUN);
        storeAll();

        assertThat(told(RunRequest.class)).isEmpty();
        assertThat(told(StopRun.class)).isEmpty();
        assertThat(store.runs.get(run).outcome()).isEqualTo("cancelled");
        assertThat(accepted("c2").result()).isEqualTo(new Stopped(List.of(run), List.of()));
    }

    /** A repeated stop may be hours old: it must not end a run that started since. */
    @Test
    void a_stop_that_names_no_run_waits_for_its_claim() {
        String first = start();
        stopRun("c2", null, Scope.RUN);
        assertThat(told(StopRun.class)).isEmpty();
        storeAll();
        assertThat(told(StopRun.class)).hasSize(1);
        batch(first, 1, new RunEnd.Cancelled());
        send("c3", "again");
        storeAll();

        stopRun("c2", null, Scope.RUN);
        storeAll();

        assertThat(told(StopRun.class)).hasSize(1);
        assertThat(session.isRunning()).isTrue();
        assertThat(accepted("c2").result()).isEqualTo(new Stopped(List.of(first), List.of()));
    }

    @Test
    void a_stop_without_an_id_takes_effect_at_once_without_naming_its_run() {
        String run = start();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"));
        handle(new Input.AppendDelayed());

        handle(message(requested(null, new Command.Stop(null, Scope.RUN))));

        assertThat(told(StopRun.class)).containsExactly(new StopRun(run));
    }

    @Test
    void a_stop_of_another_run_or_of_the_queue_signals_no_agent() {
        String run = start();
        send("c2", "next");
        storeAll();
        stopRun("c3", "r_other", Scope.RUN);
        stopRun("c4", run, Scope.QUEUED);
        assertThat(told(StopRun.class)).isEmpty();

        storeAll();

        assertThat(refused("c3")).isEqualTo(ErrorCode.STALE_RUN);
        assertThat(((Stopped) accepted("c4").result()).unqueued()).hasSize(1);
        assertThat(told(StopRun.class)).isEmpty();
    }

    @Test
    void queued_messages_do_not_start_before_a_stop_of_all_is_decided() {
        String run = start();
        send("c2", "next");
        storeAll();
        String message = store.queue.getFirst().message();
        stopRun("c3", run, Scope.ALL);
        send("c4", "sent before the stop was decided and behind it");
        batch(run, 1, new RunEnd.Cancelled());
        handle(new Input.FlushDue());

        storeAll();

        assertThat(accepted("c3").result()).isEqualTo(new Stopped(List.of(run), List.of(message)));
        assertThat(((Sent) accepted("c4").result()).status()).isEqualTo(Sent.Status.STARTED);
        assertThat(store.runs).hasSize(2);
    }

    @Test
    void messages_sent_before_a_stop_of_all_are_removed_by_it() {
        String run = start();
        send("c2", "before");
        stopRun("c3", run, Scope.ALL);
        batch(run, 1, new RunEnd.Cancelled());

        storeAll();

        Sent sent = (Sent) accepted("c2").result();
        assertThat(sent.status()).isEqualTo(Sent.Status.QUEUED);
        assertThat(accepted("c3").result()).isEqualTo(new Stopped(List.of(run), List.of(sent.message())));
        assertThat(store.runs).hasSize(1);
    }

    @Test
    void queued_messages_start_when_a_stop_of_all_is_refused() {
        String run = start();
        send("c2", "next");
        storeAll();
        stopRun("c3", run, Scope.ALL);
        batch(run, 1, new RunEnd.Cancelled());
        assertThat(session.isRunning()).isFalse();
        effects.removeIf(Effect.LookUpClaim.class::isInstance);

        handle(new Input.ClaimUnknown());
        storeAll();

        assertThat(refused("c3")).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(store.runs).hasSize(2);
        assertThat(session.isRunning()).isTrue();
    }

    @Test
    void a_rollback_that_precedes_a_clear_still_finds_its_run() {
        String run = start();
        batch(run, 1, null, text("a", "answer"));
        storeAll();
        send("c2", "instead", OnBusy.ROLLBACK);
        stopRun("c3", run, Scope.RUN);
        assertThat(told(StopRun.class)).isEmpty();

        storeAll();
        batch(run, 2, new RunEnd.Cancelled());
        storeAll();

        assertThat(store.conversation().messages().stream()
                        .map(message -> message.text())
                        .toList())
                .containsExactly("instead");
    }

    @Test
    void an_id_used_by_another_command_is_a_conflict() {
        String run = start();

        stopRun("c1", run, Scope.RUN);
        storeAll();

        assertThat(refused("c1")).isEqualTo(ErrorCode.CONFLICT);
    }

    @Test
    void a_stop_takes_effect_even_if_too_many_commands_wait() {
        settings.put("sessions.waitingMax", "10");
        load();
        String run = start();
        for (int i = 2; i <= 11; i++) send("c" + i, "waits");

        stopRun("c12", run, Scope.RUN);

        assertThat(refused("c12")).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(told(StopRun.class)).containsExactly(new StopRun(run));
        assertThat(store.queue).extracting(QueuedMessage::text).isEmpty();
    }

    // --- helpers

    private void stopRun(String id, String run, Scope scope) {
        handle(message(requested(id, new Command.Stop(run, scope))));
    }

    private ShardMessage.Request requested(String id, Command command) {
        long ticket = id == null ? ++tickets : Long.parseLong(id.substring(1));
        var replyTo = new ShardMessage.ReplyTo("gateway.t.0", ticket);
        return new ShardMessage.Request("s", "user", id, id == null ? null : command.toString(), command, replyTo);
    }

    private List<Delivery.Answer> answers(long ticket) {
        return told(Delivery.Answer.class).stream()
                .filter(answer -> answer.ticket() == ticket)
                .toList();
    }
}
