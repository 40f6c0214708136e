package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.ChatMessage;
import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.CommandResult.Sent;
import io.reprise.message.CommandResult.Status;
import io.reprise.message.ErrorCode;
import io.reprise.message.Role;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogRow;
import io.reprise.session.effect.Effect;
import io.reprise.session.effect.Input;
import io.reprise.session.store.AppendOutcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages that stop a run, and those that rewind the conversation. */
class SessionRewindTest extends SessionBench {

    // --- interrupt and rollback before the run has started

    @Test
    void an_interrupting_message_replaces_a_run_that_has_not_started_immediately() {
        send("c1", "first");
        send("c2", "waits");
        answerLookUps();
        send("c3", "instead", OnBusy.INTERRUPT);
        answerLookUps();
        storeAll();

        Sent sent = (Sent) accepted("c3").result();
        assertThat(sent.status()).isEqualTo(Status.STARTED);
        assertThat(told(AgentMessage.RunRequest.class))
                .extracting(AgentMessage.RunRequest::run)
                .containsExactly(sent.run());
        assertThat(contents()).containsExactly("first", "instead");
        assertThat(store.queue).extracting(m -> m.text()).containsExactly("waits");
    }

    @Test
    void a_rollback_of_a_run_that_has_not_begun_leaves_nothing_of_its_message() {
        send("c1", "first");
        answerLookUps();
        send("c2", "instead", OnBusy.ROLLBACK);
        answerLookUps();
        storeAll();

        assertThat(((Sent) accepted("c2").result()).status()).isEqualTo(Status.STARTED);
        assertThat(contents()).containsExactly("instead");
        assertThat(store.anew).isTrue();
    }

    // --- while it runs

    @Test
    void an_interrupting_message_stops_the_run_and_precedes_all_queued_messages() {
        String run = start();
        send("c2", "waits");
        batch(run, 1, null, new LogEvent.TextStart("a", Role.ASSISTANT, null), new LogEvent.TextContent("a", "half"));
        send("c3", "instead", OnBusy.INTERRUPT);
        storeAll();

        Sent sent = (Sent) accepted("c3").result();
        assertThat(sent.status()).isEqualTo(Status.QUEUED);
        assertThat(told(AgentMessage.StopRun.class)).hasSize(1);
        assertThat(store.queue).extracting(m -> m.text()).containsExactly("instead", "waits");

        batch(run, 2, new RunEnd.Cancelled());
        storeAll();

        assertThat(store.runs.get(run).outcome()).isEqualTo("cancelled");
        assertThat(contents()).containsExactly("hello", "half", "instead");
        assertThat(store.queue).extracting(m -> m.text()).containsExactly("waits");
    }

    @Test
    void a_rollback_supersedes_the_run_and_its_message_in_the_append_of_its_end() {
        String first = start();
        say(first, "a1", "answer");
        send("c2", "second");
        storeAll();
        String second = lastRun();
        batch(
                second,
                1,
                null,
                new LogEvent.TextStart("a", Role.ASSISTANT, null),
                new LogEvent.TextContent("a", "half"));
        send("c3", "instead", OnBusy.ROLLBACK);
        storeAll();
        int appends = store.appends;
        batch(second, 2, new RunEnd.Cancelled());
        storeAll();

        assertThat(store.appends - appends).isEqualTo(1);
        assertThat(contents()).containsExactly("hello", "answer", "instead");
        LogEvent.HistoryRewound rewound = rewinds().getLast();
        assertThat(rewound.toSeq()).isEqualTo(store.runs.get(second).firstSeq() - 1);
        assertThat(rewound.lastMessage()).isEqualTo("a1");
        assertThat(types()).containsSubsequence("RUN_FINISHED", "CUSTOM", "CUSTOM", "RUN_STARTED");
    }

    @Test
    void a_rollback_that_is_removed_from_the_queue_rewinds_nothing() {
        String run = start();
        send("c2", "instead", OnBusy.ROLLBACK);
        storeAll();
        request("c3", new Command.Unqueue(store.queue.getFirst().message()));
        storeAll();
        batch(run, 1, new RunEnd.Cancelled());
        storeAll();

        assertThat(rewinds()).isEmpty();
        assertThat(contents()).containsExactly("hello");
    }

    // --- while it stops

    @Test
    void the_newest_of_several_goes_first_and_only_it_rolls_the_run_back() {
        String run = start();
        send("c2", "older", OnBusy.ROLLBACK);
        send("c3", "newer", OnBusy.ROLLBACK);
        storeAll();
        batch(run, 1, new RunEnd.Cancelled());
        storeAll();
        String second = lastRun();
        say(second, "a2", "answer");
        storeAll();

        assertThat(told(AgentMessage.StopRun.class)).hasSize(1);
        assertThat(contents()).containsExactly("newer", "answer", "older");
        assertThat(rewinds()).hasSize(1);
    }

    @Test
    void a_rollback_of_a_run_that_was_stopped_before_still_rolls_it_back() {
        String run = start();
        stop("c2");
        send("c3", "instead", OnBusy.ROLLBACK);
        storeAll();
        handle(new Input.GraceOver(run));
        storeAll();

        assertThat(contents()).containsExactly("instead");
    }

    @Test
    void one_message_above_the_queue_limit_is_accepted_if_it_stops_the_run() {
        settings.put("sessions.queueMax", "1");
        load();
        start();
        send("c2", "waits");
        send("c3", "one too many");
        send("c4", "instead", OnBusy.INTERRUPT);
        send("c5", "and instead", OnBusy.INTERRUPT);
        storeAll();

        assertThat(refused("c3")).isEqualTo(ErrorCode.QUEUE_FULL);
        assertThat(((Sent) accepted("c4").result()).status()).isEqualTo(Status.QUEUED);
        assertThat(refused("c5")).isEqualTo(ErrorCode.QUEUE_FULL);
    }

    // --- a crash or a restart in between

    @Test
    void a_crash_before_the_end_of_a_run_that_is_being_rolled_back_rolls_it_back() {
        String first = start();
        say(first, "a1", "answer");
        send("c2", "second");
        storeAll();
        send("c3", "instead", OnBusy.ROLLBACK);
        storeAll();

        load();
        storeAll();

        assertThat(contents()).containsExactly("hello", "answer", "instead");
        assertThat(rewinds().getLast().lastMessage()).isEqualTo("a1");
    }

    @Test
    void a_restart_after_the_end_of_a_run_that_is_being_rolled_back_rolls_it_back() {
        start();
        send("c2", "instead", OnBusy.ROLLBACK);
        storeAll();
        handle(new Input.EndRuns());
        storeAll();
        assertThat(contents()).containsExactly("hello");

        load();
        storeAll();

        assertThat(contents()).containsExactly("instead");
    }

    // --- regenerate

    @Test
    void regenerating_asks_the_last_message_again() {
        say(start(), "a1", "answer");
        storeAll();
        request("c2", new Command.Regenerate(null, null));
        storeAll();

        Sent sent = (Sent) accepted("c2").result();
        assertThat(sent.status()).isEqualTo(Status.STARTED);
        assertThat(sent.run()).isEqualTo(lastRun());
        assertThat(contents()).containsExactly("hello");
        assertThat(messages().getFirst().metadata().command()).isEqualTo("c2");
        assertThat(rewinds()).containsExactly(new LogEvent.HistoryRewound(0, null));
        assertThat(store.anew).isTrue();
    }

    @Test
    void regenerating_an_older_message_supersedes_everything_after_it() {
        say(start(), "a1", "one");
        send("c2", "second");
        storeAll();
        say(lastRun(), "a2", "two");
        send("c3", "third");
        storeAll();
        say(lastRun(), "a3", "three");
        storeAll();
        String second = messages().get(2).id();
        request("c4", new Command.Regenerate(second, "second, better"));
        storeAll();

        assertThat(contents()).containsExactly("hello", "one", "second, better");
        assertThat(rewinds().getLast().lastMessage()).isEqualTo("a1");
        assertThat(store.anew).isFalse();
    }

    @Test
    void superseded_messages_and_messages_of_agents_cannot_be_regenerated() {
        say(start(), "a1", "answer");
        storeAll();
        String hello = messages().getFirst().id();
        request("c2", new Command.Regenerate(hello, "better"));
        storeAll();
        say(lastRun(), "a2", "better answer");
        storeAll();

        request("c3", new Command.Regenerate(hello, null));
        request("c4", new Command.Regenerate("a2", null));
        request("c5", new Command.Regenerate("m_none", null));
        storeAll();

        assertThat(List.of(refused("c3"), refused("c4"), refused("c5"))).containsOnly(ErrorCode.NOT_FOUND);
        assertThat(store.claims).doesNotContainKeys("c3", "c4", "c5");
    }

    @Test
    void an_empty_session_has_nothing_to_regenerate() {
        request("c1", new Command.Regenerate(null, null));
        storeAll();

        assertThat(refused("c1")).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void nothing_is_regenerated_while_a_run_is_active() {
        String run = start();
        request("c2", new Command.Regenerate(null, null));
        storeAll();
        stop("c3");
        request("c4", new Command.Regenerate(null, null));
        storeAll();
        batch(run, 1, new RunEnd.Cancelled());
        storeAll();

        assertThat(refused("c2")).isEqualTo(ErrorCode.BUSY);
        assertThat(refused("c4")).isEqualTo(ErrorCode.BUSY);
        assertThat(rewinds()).isEmpty();
    }

    @Test
    void a_repeat_of_a_regenerate_has_the_same_result_and_no_effect() {
        say(start(), "a1", "answer");
        storeAll();
        request("c2", new Command.Regenerate(null, null));
        request("c2", new Command.Regenerate(null, null));
        storeAll();
        request("c2", new Command.Regenerate(null, null));
        storeAll();

        assertThat(accepted("c2").duplicate()).isTrue();
        assertThat(store.runs).hasSize(2);
    }

    @Test
    void while_the_log_cannot_be_read_a_regenerate_is_unavailable() {
        say(start(), "a1", "answer");
        storeAll();
        request("c2", new Command.Regenerate(null, null));
        answerLookUp();
        effects.removeIf(effect -> effect instanceof Effect.FindUserMessage);
        handle(new Input.LookUpFailed());

        assertThat(refused("c2")).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(session.isSettled()).isTrue();
    }

    @Test
    void commands_after_a_regenerate_wait_for_it() {
        say(start(), "a1", "answer");
        storeAll();
        request("c2", new Command.Regenerate(null, null));
        answerLookUp();
        request("c3", new Command.Send("more", OnBusy.QUEUE));
        storeAll();

        assertThat(((Sent) accepted("c3").result()).status()).isEqualTo(Status.QUEUED);
        assertThat(contents()).containsExactly("hello");
    }

    @Test
    void a_dropped_session_returns_its_undecided_regenerate() {
        say(start(), "a1", "answer");
        request("c2", new Command.Regenerate(null, null));
        handle(new Input.Appended(new AppendOutcome.Lost()));

        assertThat(effects)
                .anySatisfy(effect -> assertThat(effect)
                        .isInstanceOfSatisfying(
                                Effect.Drop.class,
                                drop -> assertThat(drop.unanswered())
                                        .extracting(r -> r.id())
                                        .containsExactly("c2")));
    }

    // --- helpers

    /** The run's whole answer. */
    private void say(String run, String message, String text) {
        batch(
                run,
                1,
                new RunEnd.Finished(List.of()),
                new LogEvent.TextStart(message, Role.ASSISTANT, null),
                new LogEvent.TextContent(message, text),
                new LogEvent.TextEnd(message));
    }

    private List<ChatMessage> messages() {
        return store.conversation().messages();
    }

    private List<String> contents() {
        return messages().stream().map(ChatMessage::text).toList();
    }

    private List<LogEvent.HistoryRewound> rewinds() {
        return store.rows.stream()
                .filter(row -> row.type().equals("CUSTOM"))
                .map(row -> EventJson.parse(((LogRow.Single) row).payload()))
                .map(event -> ((LogEvent.Custom) event).value())
                .filter(LogEvent.HistoryRewound.class::isInstance)
                .map(LogEvent.HistoryRewound.class::cast)
                .toList();
    }
}
