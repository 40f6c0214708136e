package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.ChatMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.CommandOutcome;
import io.reprise.message.CommandResult.Sent;
import io.reprise.message.CommandResult.Status;
import io.reprise.message.ErrorCode;
import io.reprise.message.Interrupt.Decision;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent;
import io.reprise.session.store.Change.Audited;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages to a session that waits for people. */
class SessionWaitingTest extends WaitingBench {
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

    private LogEvent.HistoryRewound rewound() {
        return events().stream()
                .filter(e -> e instanceof LogEvent.Custom custom && custom.value() instanceof LogEvent.HistoryRewound)
                .map(e -> (LogEvent.HistoryRewound) ((LogEvent.Custom) e).value())
                .reduce((a, b) -> b)
                .orElseThrow();
    }
}
