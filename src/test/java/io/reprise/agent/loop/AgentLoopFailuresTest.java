package io.reprise.agent.loop;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.ScriptedModel;
import io.reprise.config.storage.StoreSettings;
import io.reprise.history.BrokenLog;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelTurn;
import io.vertx.core.Future;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What ends a run with an error. */
@Timeout(300)
class AgentLoopFailuresTest extends AgentLoopBench {
    @Test
    void a_failure_of_the_model_ends_the_run_with_its_code_and_does_not_close_open_messages() {
        RunEnd end = run(new ScriptedModel((sink, own) -> {
            sink.text("half an ans");
            throw ModelFailure.ofStatus(429);
        }));

        assertThat(failure(end).code()).isEqualTo(ErrorCode.TOO_MANY_REQUESTS);
        assertThat(shape()).last().isEqualTo("TEXT_MESSAGE_CONTENT m_1 half an ans");
    }

    @Test
    void a_failure_with_an_unknown_code_is_a_model_error() {
        RunEnd end = run(new ScriptedModel((sink, own) -> {
            throw new ModelFailure("no_such_code", "Sorry\0.");
        }));

        assertThat(failure(end)).isEqualTo(new Failure(ErrorCode.MODEL_ERROR, "Sorry\uFFFD."));
    }

    @Test
    void a_model_without_any_output_is_a_model_error() {
        assertThat(failure(run(new ScriptedModel(says())))).isEqualTo(noAnswer());
        assertThat(failure(run(new ScriptedModel(says("", ""))))).isEqualTo(noAnswer());
        assertThat(failure(run(new ScriptedModel((sink, own) -> {
                    sink.reasoning("hm");
                    return new ModelTurn(1, 1);
                }))))
                .isEqualTo(noAnswer());
    }

    @Test
    void too_many_calls_in_one_turn_are_a_model_error() {
        String[] many = new String[129];
        Arrays.fill(many, "again {}");

        assertThat(failure(run(new ScriptedModel(calls(many)))).code()).isEqualTo(ErrorCode.MODEL_ERROR);
    }

    @Test
    void a_model_that_never_begins_or_pauses_for_too_long_fails_the_run_with_a_timeout() {
        limits.firstTokenMs = 40;
        assertThat(failure(run(new ScriptedModel((sink, own) -> {
                            own.await();
                            return null;
                        })))
                        .code())
                .isEqualTo(ErrorCode.TIMEOUT);

        limits.firstTokenMs = 30_000;
        limits.idleMs = 40;
        assertThat(failure(run(new ScriptedModel((sink, own) -> {
                            sink.text("a");
                            own.await();
                            return null;
                        })))
                        .code())
                .isEqualTo(ErrorCode.TIMEOUT);
    }

    @Test
    void an_unexpected_error_fails_the_run_without_exposing_the_cause() {
        Failure internal = new Failure(ErrorCode.INTERNAL, "The run failed because of an internal error.");

        assertThat(failure(run(new ScriptedModel((sink, own) -> {
                    throw new IllegalStateException("secret");
                }))))
                .isEqualTo(internal);
        assertThat(failure(run(new ScriptedModel((sink, own) -> {
                    throw new StackOverflowError("secret");
                }))))
                .isEqualTo(internal);
    }

    @Test
    void a_conversation_that_cannot_be_read_fails_the_run() {
        log.broken = Future.failedFuture("away");

        RunEnd end = run(new ScriptedModel(says("a")));

        assertThat(failure(end).code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(events).isEmpty();
    }

    /**
     * Symptom: a run that was accepted just before the database became unavailable failed at once. Cause: only a run that
     * resumes waited for a store.
     */
    @Test
    void a_conversation_is_read_again_when_the_store_was_away_for_a_while() {
        whenAway = new StoreSettings(60_000, 1, 1, 128);
        log.awayFor.set(2);

        RunEnd end = run(new ScriptedModel(says("a")));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(log.awayFor).hasValue(0);
    }

    /** Symptom: users were told to try again, which can never help. */
    @Test
    void an_unreadable_conversation_is_not_requested_again() {
        log.broken = Future.failedFuture(new BrokenLog("s", 7, new IllegalStateException("secret")));

        RunEnd end = run(new ScriptedModel(says("a")));

        assertThat(failure(end)).isEqualTo(Failure.of(ErrorCode.INTERNAL, "The conversation could not be read."));
    }

    private static Failure noAnswer() {
        return new Failure(ErrorCode.MODEL_ERROR, "The model returned an empty answer.");
    }
}
