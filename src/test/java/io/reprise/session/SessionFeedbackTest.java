package io.reprise.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.history.LogReader.Answer;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.Command;
import io.reprise.message.Command.OnBusy;
import io.reprise.message.CommandResult.Rated;
import io.reprise.message.Role;
import io.reprise.message.feedback.Rating;
import io.reprise.message.log.LogEvent;
import io.reprise.session.effect.Input;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Feedback on an answer that a rewind supersedes at the same time. Symptom: administrators saw it as feedback on an answer of
 * the chat. Cause: the answer was looked up before the rewind was stored.
 */
class SessionFeedbackTest extends SessionBench {
    private String run;
    private Answer answer;

    @BeforeEach
    void answerIsBeingWritten() {
        run = start();
        batch(run, 1, null, new LogEvent.TextStart("a", Role.ASSISTANT, null), new LogEvent.TextContent("a", "half"));
        storeAll();
        send("c2", "instead", OnBusy.ROLLBACK);
        storeAll();
        answer = new Answer("a", store.runs.get(run).firstSeq() + 1, run, null);
    }

    @Test
    void what_was_given_before_the_rewind_is_superseded() {
        rate();
        find();
        storeAll();
        assertThat(isSuperseded()).isFalse();
        rewind();
        storeAll();

        assertThat(isSuperseded()).isTrue();
    }

    @Test
    void what_is_decided_while_the_rewind_waits_to_be_stored_is_superseded() {
        rate();
        rewind();
        find();
        storeAll();

        assertThat(isSuperseded()).isTrue();
    }

    @Test
    void what_is_decided_when_the_rewind_is_stored_but_was_looked_up_before_is_superseded() {
        rate();
        rewind();
        storeAll();
        find();
        storeAll();

        assertThat(isSuperseded()).isTrue();
    }

    @Test
    void what_is_looked_up_while_the_rewind_is_stored_is_superseded() {
        rewind();
        rate();
        find();
        storeAll();

        assertThat(isSuperseded()).isTrue();
    }

    @Test
    void what_is_said_of_an_answer_after_the_rewind_is_not_superseded() {
        rewind();
        storeAll();
        String next = lastRun();
        batch(next, 1, null, text("b", "whole"));
        storeAll();
        answer = new Answer("b", store.head, next, null);
        rate();
        find();
        storeAll();

        assertThat(store.feedback.get("b").superseded()).isFalse();
    }

    private void rate() {
        request("c9", new Command.Feedback(answer.message(), Rating.UP, null));
        answerLookUps();
    }

    private void find() {
        handle(new Input.AnswerFound(Optional.of(answer)));
    }

    /** The run has stopped, and the message that rolls it back starts another one. */
    private void rewind() {
        batch(run, 2, new RunEnd.Cancelled());
    }

    private boolean isSuperseded() {
        assertThat(accepted("c9").result()).isInstanceOf(Rated.class);
        return store.feedback.get("a").superseded();
    }
}
