package io.reprise.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Limits are tens of milliseconds; the tests only check that they were applied, not when. */
@Timeout(300)
class ModelCallTest {
    private static final int NEVER = 60_000;

    private final RecordingSink sink = new RecordingSink();
    private final StopSignal stop = new StopSignal();

    @Test
    void a_turn_is_passed_on_with_its_result() throws Exception {
        ModelTurn turn = call(NEVER, NEVER, (to, own) -> {
            to.reasoning("hm");
            to.text("a");
            to.toolCallStart(0, "time");
            to.toolCallArguments(0, "{}");
            to.toolCallEnd(0);
            return new ModelTurn(1, 2);
        });

        assertThat(turn).isEqualTo(new ModelTurn(1, 2));
        assertThat(sink.reasoning).containsExactly("hm");
        assertThat(sink.said()).isEqualTo("a");
        assertThat(sink.arguments(0)).isEqualTo("{}");
    }

    @Test
    void a_model_that_does_not_begin_is_stopped_and_the_turn_fails() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);

        assertThatThrownBy(() -> call(30, NEVER, (to, own) -> {
                    own.onStop(stopped::countDown);
                    own.await();
                    throw new StoppedException();
                }))
                .isInstanceOfSatisfying(
                        ModelFailure.class, e -> assertThat(e.code()).isEqualTo("timeout"))
                .hasMessageContaining("did not start to answer within 30 ms");

        stopped.await();
        assertThat(stop.isStopped()).isFalse();
    }

    @Test
    void a_model_that_pauses_for_too_long_is_stopped_and_the_turn_fails() {
        assertThatThrownBy(() -> call(NEVER, 30, (to, own) -> {
                    to.text("a");
                    own.await();
                    throw new StoppedException();
                }))
                .isInstanceOfSatisfying(
                        ModelFailure.class, e -> assertThat(e.code()).isEqualTo("timeout"))
                .hasMessageContaining("sent nothing for 30 ms");
        assertThat(sink.said()).isEqualTo("a");
    }

    /**
     * Symptom: a model that fell silent after its first token was only detected when the limit of the first token was
     * over,
     * if that is longer: the watch had been scheduled for it before the token arrived.
     */
    @Test
    void the_shorter_idle_limit_counts_as_soon_as_the_model_has_begun() {
        assertThatThrownBy(() -> call(NEVER, 60, (to, own) -> {
                    own.await(TimeUnit.MILLISECONDS.toNanos(30)); // By now the watch is asleep.
                    to.text("a");
                    own.await();
                    throw new StoppedException();
                }))
                .isInstanceOf(ModelFailure.class)
                .hasMessageContaining("sent nothing for 60 ms");
    }

    @Test
    void a_slow_model_that_never_pauses_for_too_long_is_not_stopped() throws Exception {
        call(NEVER, NEVER, (to, own) -> {
            for (int i = 0; i < 30; i++) {
                own.sleep(100_000);
                to.text("x");
            }
            return new ModelTurn(null, null);
        });

        assertThat(sink.text).hasSize(30);
    }

    /** Symptom: a fast model failed with a timeout while its session withheld answers; its wait in the sink counted. */
    @Test
    void the_time_limit_of_a_model_does_not_include_waiting_for_readers() throws Exception {
        ModelSink slow = new ForwardingSink(sink) {
            @Override
            public void text(String delta) {
                sleep(2_000);
                super.text(delta);
            }
        };

        model((to, own) -> {
                    to.text("a");
                    return new ModelTurn(null, null);
                })
                .run(NEVER, 1_000, slow);

        assertThat(sink.said()).isEqualTo("a");
    }

    @Test
    void a_model_that_ignores_its_stop_is_abandoned_and_its_output_ignored() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch refused = new CountDownLatch(1);

        assertThatThrownBy(() -> call(30, NEVER, (to, own) -> {
                    awaitStubbornly(go);
                    try {
                        to.text("late");
                    } catch (StoppedException e) {
                        refused.countDown();
                    }
                    return new ModelTurn(null, null);
                }))
                .isInstanceOf(ModelFailure.class);
        go.countDown();
        refused.await();

        assertThat(sink.text).isEmpty();
    }

    @Test
    void a_stop_ends_the_call_at_once_even_if_the_model_ignores_it() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        Thread caller = Thread.ofVirtual().start(() -> {
            stop.onStop(Thread.currentThread()::interrupt);
            assertThatThrownBy(() -> call(NEVER, NEVER, (to, own) -> {
                        begun.countDown();
                        awaitStubbornly(go);
                        return new ModelTurn(null, null);
                    }))
                    .isInstanceOf(InterruptedException.class);
        });
        begun.await();

        stop.stop(Reason.USER);

        caller.join();
        go.countDown();
    }

    @Test
    void exceptions_of_a_model_are_rethrown() {
        assertThatThrownBy(() -> call(NEVER, NEVER, (to, own) -> {
                    throw ModelFailure.ofStatus(429);
                }))
                .isInstanceOfSatisfying(
                        ModelFailure.class, e -> assertThat(e.code()).isEqualTo("too_many_requests"));
        assertThatThrownBy(() -> call(NEVER, NEVER, (to, own) -> {
                    throw new IllegalArgumentException("broken");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> call(NEVER, NEVER, (to, own) -> {
                    throw new AssertionError("worse");
                }))
                .isInstanceOf(AssertionError.class);
    }

    private ModelTurn call(int firstTokenMs, int idleMs, Script script) throws InterruptedException {
        return model(script).run(firstTokenMs, idleMs, sink);
    }

    private Runner model(Script script) {
        ChatModel model = new ChatModel() {
            @Override
            public String provider() {
                return "test";
            }

            @Override
            public String name() {
                return "scripted";
            }

            @Override
            public ModelTurn stream(ModelRequest request, ModelSink to, StopSignal own) throws InterruptedException {
                return script.play(to, own);
            }
        };
        return (firstTokenMs, idleMs, to) -> {
            ModelRequest.Limits limits = new ModelRequest.Limits(firstTokenMs, idleMs);
            return new ModelCall(model, new ModelRequest(List.of(), List.of(), limits)).run(to, stop);
        };
    }

    private static void awaitStubbornly(CountDownLatch latch) {
        while (latch.getCount() > 0) sleep(5);
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            // It ignores interrupts.
        }
    }

    private interface Script {
        ModelTurn play(ModelSink to, StopSignal own) throws InterruptedException;
    }

    private interface Runner {
        ModelTurn run(int firstTokenMs, int idleMs, ModelSink to) throws InterruptedException;
    }

    private static class ForwardingSink implements ModelSink {
        private final ModelSink to;

        ForwardingSink(ModelSink to) {
            this.to = to;
        }

        @Override
        public void reasoning(String delta) {
            to.reasoning(delta);
        }

        @Override
        public void text(String delta) {
            to.text(delta);
        }

        @Override
        public void toolCallStart(int index, String name) {
            to.toolCallStart(index, name);
        }

        @Override
        public void toolCallArguments(int index, String delta) {
            to.toolCallArguments(index, delta);
        }

        @Override
        public void toolCallEnd(int index) {
            to.toolCallEnd(index);
        }
    }
}
