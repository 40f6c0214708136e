package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.ChatMessage;
import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.CommandResult.Sent;
import io.reprise.message.CommandResult.Status;
import io.reprise.message.ErrorCode;
import io.reprise.message.QueuedMessage;
import io.reprise.message.ShardMessage;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.Input;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Messages that a run receives while it is active. */
class SessionSteerTest extends SessionBench {
    @Test
    void a_steering_message_waits_until_the_agent_asks_and_is_delivered_once_it_is_stored() {
        String run = start();
        batch(run, 1, null, new LogEvent.StepStarted("step 1"), new LogEvent.StepFinished("step 1"));
        send("c2", "left", OnBusy.STEER);
        storeAll();
        assertThat(((Sent) accepted("c2").result()).status()).isEqualTo(Status.STEERED);
        assertThat(queue()).containsExactly("left");

        ask(run, 1, 1);

        assertThat(told(AgentMessage.RunAnswer.class))
                .as("it is not stored yet")
                .isEmpty();
        storeAll();
        String message = ((Sent) accepted("c2").result()).message();
        assertThat(told(AgentMessage.RunAnswer.class))
                .containsExactly(steering(run, new SteeredMessage(message, "left")));
        assertThat(queue()).isEmpty();
        assertThat(types())
                .endsWith(
                        "STEP_FINISHED",
                        "CUSTOM",
                        "CUSTOM",
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_END");
        ChatMessage last = store.conversation().messages().getLast();
        assertThat(last.metadata().run()).isEqualTo(run);
        assertThat(last.metadata().command()).isEqualTo("c2");
    }

    @Test
    void a_question_is_answered_immediately_when_no_message_waits() {
        String run = start();
        ask(run, 1, 0);

        assertThat(told(AgentMessage.RunAnswer.class)).containsExactly(steering(run));
        assertThat(pending()).isEmpty();
    }

    @Test
    void a_repeated_question_has_the_same_answer_and_removes_no_more_messages() {
        String run = start();
        send("c2", "left", OnBusy.STEER);
        storeAll();
        ask(run, 1, 0);
        ask(run, 1, 0);
        storeAll();
        send("c3", "right", OnBusy.STEER);
        storeAll();
        ask(run, 1, 0);
        storeAll();

        List<AgentMessage.RunAnswer> answers = told(AgentMessage.RunAnswer.class);
        assertThat(answers).hasSize(2).containsOnly(answers.getFirst());
        assertThat(messages(answers.getFirst()))
                .extracting(message -> message.content().text())
                .containsExactly("left");
        assertThat(queue()).containsExactly("right");
    }

    @Test
    void undelivered_steering_messages_precede_queued_ones_at_the_end() {
        String run = start();
        send("c2", "queued", OnBusy.QUEUE);
        send("c3", "left", OnBusy.STEER);
        send("c4", "right", OnBusy.STEER);
        storeAll();
        assertThat(queue()).containsExactly("left", "right", "queued");

        batch(run, 1, new RunEnd.Finished(List.of()));
        storeAll();

        assertThat(store.conversation().messages())
                .extracting(ChatMessage::text)
                .containsExactly("hello", "left");
        // The next one steers the run of the first.
        ask(lastRun(), 1, 0);
        storeAll();
        assertThat(messages(told(AgentMessage.RunAnswer.class).getLast()))
                .extracting(message -> message.content().text())
                .containsExactly("right");
        assertThat(queue()).containsExactly("queued");
    }

    @Test
    void a_steered_message_on_an_idle_session_or_before_the_run_starts_is_sent_normally() {
        send("c1", "first", OnBusy.STEER);
        answerLookUp();
        send("c2", "second", OnBusy.STEER);
        answerLookUps();
        storeAll();

        assertThat(((Sent) accepted("c1").result()).status()).isEqualTo(Status.STARTED);
        assertThat(((Sent) accepted("c2").result()).status()).isEqualTo(Status.STEERED);
        assertThat(told(AgentMessage.RunRequest.class)).hasSize(1);
    }

    @Test
    void a_steering_message_can_be_changed_and_removed_until_it_is_delivered() {
        String run = start();
        send("c2", "left", OnBusy.STEER);
        send("c3", "right", OnBusy.STEER);
        storeAll();
        String left = store.queue.get(0).message();
        request("c4", new Command.Requeue(left, "far left"));
        request("c5", new Command.Unqueue(store.queue.get(1).message()));
        storeAll();
        ask(run, 1, 0);
        storeAll();
        request("c6", new Command.Requeue(left, "too late"));
        storeAll();

        assertThat(messages(told(AgentMessage.RunAnswer.class).getLast()))
                .extracting(message -> message.content().text())
                .containsExactly("far left");
        assertThat(refused("c6")).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void a_stop_takes_precedence_over_an_unanswered_question() {
        String run = start();
        send("c2", "left", OnBusy.STEER);
        storeAll();
        ask(run, 1, 0);
        stop("c3");
        storeAll();
        ask(run, 1, 0);
        batch(run, 1, new RunEnd.Cancelled());
        storeAll();

        assertThat(told(AgentMessage.RunAnswer.class)).isEmpty();
        assertThat(store.conversation().messages())
                .extracting(ChatMessage::text)
                .containsExactly("hello", "left");
        assertThat(store.runs).hasSize(1);
    }

    @Test
    void a_run_that_is_being_stopped_receives_no_messages() {
        String run = start();
        stop("c2");
        send("c3", "left", OnBusy.STEER);
        storeAll();
        ask(run, 1, 0);
        handle(new Input.GraceOver(run));
        storeAll();

        assertThat(told(AgentMessage.RunAnswer.class)).isEmpty();
        assertThat(store.runs).hasSize(2);
    }

    @Test
    void a_question_after_a_lost_batch_ends_the_run() {
        String run = start();
        ask(run, 1, 1);
        storeAll();

        assertThat(store.runs.get(run).code()).isEqualTo(ErrorCode.INTERRUPTED);
    }

    @Test
    void a_question_of_an_ended_run_is_rejected() {
        String run = start();
        batch(run, 1, new RunEnd.Finished(List.of()));
        storeAll();
        ask(run, 1, 0);

        assertThat(told(AgentMessage.BatchAck.class).getLast().known()).isFalse();
    }

    @Test
    void after_a_crash_a_message_is_either_in_the_queue_or_in_the_log() {
        settings.put("run.restartsMax", "0");
        String run = start();
        send("c2", "left", OnBusy.STEER);
        storeAll();
        ask(run, 1, 0); // numbered, and lost with the process
        load();
        storeAll();

        assertThat(store.conversation().messages())
                .extracting(ChatMessage::text)
                .containsExactly("hello", "left");
        assertThat(store.runs).hasSize(2);
        assertThat(store.queue).isEmpty();
    }

    @Test
    void the_queue_bounds_steered_messages_too() {
        settings.put("sessions.queueMax", "1");
        load();
        start();
        send("c2", "left", OnBusy.STEER);
        send("c3", "right", OnBusy.STEER);
        storeAll();

        assertThat(refused("c3")).isEqualTo(ErrorCode.QUEUE_FULL);
    }

    // --- helpers

    private void ask(String run, int number, int sent) {
        handle(message(new ShardMessage.RunQuestion(
                "s", run, number, sent, "agent.t.0", new ShardMessage.Question.AskSteering())));
    }

    private List<String> queue() {
        return store.queue.stream().map(QueuedMessage::text).toList();
    }

    private static AgentMessage.RunAnswer steering(String run, SteeredMessage... messages) {
        return new AgentMessage.RunAnswer(run, 1, new AgentMessage.Answer.Steering(List.of(messages)));
    }

    private static List<SteeredMessage> messages(AgentMessage.RunAnswer answer) {
        return ((AgentMessage.Answer.Steering) answer.answer()).messages();
    }
}
