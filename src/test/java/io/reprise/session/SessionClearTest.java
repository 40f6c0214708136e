package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.ChatMessage;
import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.CommandResult;
import io.reprise.message.Cursor;
import io.reprise.message.Delivery;
import io.reprise.message.Delivery.Mode;
import io.reprise.message.Delivery.Reason;
import io.reprise.message.Role;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.session.store.Change;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cleared sessions. */
class SessionClearTest extends SessionBench {
    @Test
    void clearing_erases_the_log_in_its_append_and_numbering_continues_after_it() {
        start();
        batch(lastRun(), 1, new RunEnd.Finished(List.of()));
        storeAll();
        long head = store.head;
        int appends = store.appends;
        request("c2", new Command.Clear());
        storeAll();

        assertThat(accepted("c2").result()).isEqualTo(new CommandResult.Done());
        assertThat(store.appends - appends).isEqualTo(1);
        assertThat(store.rows).isEmpty();
        assertThat(store.runs).isEmpty();
        assertThat(store.head).isEqualTo(head);
        assertThat(store.epoch).isNotEqualTo("e0");

        send("c3", "anew");
        storeAll();
        assertThat(store.rows.getFirst().from()).isEqualTo(head + 1);
        assertThat(contents()).containsExactly("anew");
    }

    @Test
    void a_run_is_stopped_and_queued_messages_are_dropped() {
        String run = start();
        send("c2", "waits");
        batch(run, 1, null, new LogEvent.TextStart("a", Role.ASSISTANT, null), new LogEvent.TextContent("a", "half"));
        request("c3", new Command.Clear());
        storeAll();
        batch(run, 2, null, new LogEvent.TextContent("a", "more"));
        storeAll();

        assertThat(told(AgentMessage.StopRun.class)).hasSize(1);
        assertThat(told(AgentMessage.BatchAck.class).getLast().known()).isFalse();
        assertThat(store.rows).isEmpty();
        assertThat(store.queue).isEmpty();
        assertThat(session.isSettled()).isTrue();
    }

    @Test
    void a_stopped_run_that_has_not_started_never_starts() {
        send("c1", "hello");
        answerLookUps();
        request("c2", new Command.Clear());
        answerLookUps();
        storeAll();

        assertThat(told(AgentMessage.class)).isEmpty();
        assertThat(((CommandResult.Sent) accepted("c1").result()).status()).isEqualTo(CommandResult.Status.STARTED);
        assertThat(store.rows).isEmpty();
        assertThat(store.claims).containsKeys("c1", "c2");
    }

    /**
     * Symptom: a search could find the text of a message that was cleared in the moment of its end. Cause: what is
     * searched was inserted by the same append that erased the message.
     */
    @Test
    void nothing_of_a_message_that_is_cleared_with_its_end_can_be_searched() {
        String run = start();
        batch(run, 1, null, text("a", "secret"));
        batch(run, 2, null, text("b", "another secret"));
        request("c2", new Command.Clear());
        answerLookUps();

        storeAll();

        assertThat(lastAppend.change(Change.Cleared.class)).isPresent();
        assertThat(lastAppend.changes(Change.Said.class)).isEmpty();
    }

    @Test
    void readers_start_again_once_a_clear_is_stored_and_not_before() {
        start();
        batch(lastRun(), 1, new RunEnd.Finished(List.of()));
        storeAll();
        attach(null);
        handle(message(new ShardMessage.Pull("s", READER, 1, store.head)));
        long head = store.head;
        request("c2", new Command.Clear());
        answerLookUps();
        int verdicts = told(Delivery.Verdict.class).size();
        handle(message(new ShardMessage.Attach("s", "user", READER, new Cursor("e0", head))));
        handle(message(new ShardMessage.Pull("s", READER, 2, 0)));
        assertThat(told(Delivery.Verdict.class)).as("before it is stored").hasSize(verdicts);
        assertThat(told(Delivery.SessionDropped.class)).isEmpty();

        storeAll();

        assertThat(told(Delivery.SessionDropped.class)).hasSize(1);
        Delivery.Verdict verdict = told(Delivery.Verdict.class).getLast();
        assertThat(verdict.mode()).isEqualTo(Mode.RESET);
        assertThat(verdict.attached().reason()).isEqualTo(Reason.EPOCH);
        assertThat(verdict.attached().head()).isEqualTo(head);
        assertThat(verdict.attached().floor()).isEqualTo(head + 1);
        assertThat(verdict.attached().lastRun()).isNull();
        assertThat(verdict.epoch()).isEqualTo(store.epoch);
    }

    @Test
    void a_pending_append_is_erased_too() {
        String run = start();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"));
        request("c2", new Command.Clear());
        answerLookUps();
        send("c3", "anew");
        answerLookUps();
        storeAll();

        assertThat(contents()).containsExactly("anew");
        assertThat(store.runs).hasSize(1);
        assertThat(told(AgentMessage.RunRequest.class).getLast().run()).isEqualTo(lastRun());
    }

    @Test
    void after_a_restart_the_log_begins_where_it_was_cleared() {
        start();
        batch(lastRun(), 1, new RunEnd.Finished(List.of()));
        storeAll();
        request("c2", new Command.Clear());
        storeAll();
        String epoch = store.epoch;

        load();
        storeAll();

        assertThat(store.epoch).isEqualTo(epoch);
        Delivery.Verdict verdict = attach(new Cursor(epoch, store.head));
        assertThat(verdict.mode()).isEqualTo(Mode.REPLAY);
        assertThat(verdict.attached().floor()).isEqualTo(store.head + 1);
        request("c3", new Command.Regenerate(null, null));
        storeAll();
        assertThat(refused("c3").wire()).isEqualTo("not_found");
    }

    @Test
    void a_repeated_clear_clears_nothing() {
        request("c2", new Command.Clear());
        storeAll();
        send("c3", "anew");
        storeAll();
        request("c2", new Command.Clear());
        storeAll();

        assertThat(accepted("c2").duplicate()).isTrue();
        assertThat(contents()).containsExactly("anew");
    }

    private List<String> contents() {
        return store.conversation().messages().stream().map(ChatMessage::text).toList();
    }
}
