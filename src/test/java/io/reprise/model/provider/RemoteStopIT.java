package io.reprise.model.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelRequest;
import io.reprise.model.RecordingSink;
import io.reprise.model.provider.FakeProvider.Call;
import io.reprise.model.provider.ModelFixture.Turn;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.StopSignal.StoppedException;
import io.reprise.testing.Seed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A stop ends the call at the provider, in any state of it; and the cost of active calls. */
@Timeout(300)
class RemoteStopIT {
    static Stream<Arguments> states() {
        return Stream.of(Wire.values())
                .flatMap(wire -> Stream.of(
                        state(wire, "before the head", false, answer -> {}),
                        state(wire, "before the first byte", false, FakeAnswer::head),
                        state(wire, "in the middle of a line", false, answer -> answer.raw("dat")),
                        state(wire, "in the middle of the text", true, answer -> answer.text("It beg")),
                        state(
                                wire,
                                "in the middle of a refusal",
                                false,
                                answer -> answer.status(500).raw("{\"err"))));
    }

    @ParameterizedTest(name = "{0}, {1}")
    @MethodSource("states")
    void a_stop_ends_the_call_at_the_provider(Wire wire, String when, boolean says, Consumer<FakeAnswer> so)
            throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture models = ModelFixture.at(provider)) {
            // Given a call in this state
            Turn turn = models.ask("hello");
            Call call = provider.take();
            so.accept(call.answer());
            if (says) turn.awaitFirstWord();
            assertThat(call.isGone()).isFalse();

            turn.stop.stop(Reason.USER);

            assertThat(turn.failure()).isInstanceOf(StoppedException.class);
            call.awaitGone();
            // and the next call works like the first
            Turn next = models.ask("again");
            provider.take().answer().text("yes").done();
            next.await();
            assertThat(next.said.said()).isEqualTo("yes");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_silence_beyond_the_limit_cancels_the_call_at_the_provider(Wire wire) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture models = ModelFixture.at(provider)) {
            getConnected(provider, models);
            for (Consumer<FakeAnswer> so :
                    List.<Consumer<FakeAnswer>>of(answer -> {}, FakeAnswer::head, answer -> answer.text("It beg"))) {
                Turn turn = models.ask(limited(1_000));

                Call call = provider.take();
                so.accept(call.answer());

                assertThat(((ModelFailure) turn.failure()).code()).isEqualTo("timeout");
                call.awaitGone();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_stop_during_the_wait_for_a_connection_sends_no_request(Wire wire) throws Exception {
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture models =
                        new ModelFixture(wire.settings(provider.url(), Map.of("model.connectionsMax", "1")))) {
            // Given the only connection in use, and a call that waits for it
            Turn first = models.ask("first");
            Call call = provider.take();
            Turn second = models.ask("second");

            second.stop.stop(Reason.USER);

            assertThat(second.failure()).isInstanceOf(StoppedException.class);
            call.answer().text("one").done();
            first.await();
            Turn third = models.ask("third");
            Call next = provider.take();
            assertThat(next.body().encode()).contains("third");
            next.answer().text("three").done();
            third.await();
        }
    }

    @ParameterizedTest
    @EnumSource
    void no_connection_in_time_is_a_failure(Wire wire) throws Exception {
        Map<String, String> one = Map.of("model.connectionsMax", "1", "model.connectMs", "3000");
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture ready = ModelFixture.at(provider);
                ModelFixture models = new ModelFixture(wire.settings(provider.url(), one))) {
            getConnected(provider, ready);
            models.ask("first");
            provider.take();

            ModelFailure failure = (ModelFailure) models.ask("second").failure();

            assertThat(failure.code()).isEqualTo("unavailable");
        }
    }

    /**
     * Symptom: after a stop, a later call waited for its first piece until the limit. The client pauses a connection
     * when 16 pieces wait to be read, and gives it to the next call when the response has ended. With both at the same
     * piece the next call had a paused connection, and nobody read the pieces of the stopped call.
     */
    @Test
    void a_stop_of_a_call_that_did_not_read_its_whole_answer_leaves_a_usable_connection() throws Exception {
        for (int pieces = 28; pieces <= 31; pieces++) {
            CountDownLatch goOn = new CountDownLatch(1);
            RecordingSink stuck = new RecordingSink() {
                @Override
                public void text(String delta) {
                    awaited(goOn);
                }
            };
            try (FakeProvider provider = FakeProvider.start(Wire.OPENAI);
                    ModelFixture models = new ModelFixture(
                            Wire.OPENAI.settings(provider.url(), Map.of("model.connectionsMax", "1")))) {
                // Given a call that reads nothing after its first text, so that 16 pieces are taken and the others
                // wait, of
                // which the end of the response is one; and the next call on its connection
                Turn first = models.ask("first", stuck);
                FakeAnswer answer = provider.take().answer();
                answer.text("It beg"); // Two pieces. The others are short, so that the network divides none.
                for (int i = 2; i < pieces; i++) answer.raw(": \n\n");
                answer.end();
                Turn second = models.ask("second");
                Call next = provider.take();

                first.stop.stop(Reason.USER);

                next.answer().text("yes").done();
                second.await();
                assertThat(second.said.said()).isEqualTo("yes");
                goOn.countDown();
                first.awaitOver();
            }
        }
    }

    /** All APIs use the same connections. */
    @ParameterizedTest
    @EnumSource
    void a_stop_at_any_moment_leaves_no_call_and_no_connection_open(Wire wire) throws Exception {
        Random random = Seed.random("RemoteStopIT " + wire);
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture models =
                        new ModelFixture(wire.settings(provider.url(), Map.of("model.connectionsMax", "4")))) {
            provider.answering(answer -> {
                for (int i = 0; i < 20; i++) answer.text("word" + i);
                if (random.nextBoolean()) answer.done();
            });
            for (int round = 0; round < 200; round++) {
                Turn turn = models.ask("hello " + round);
                for (int pause = random.nextInt(400); pause > 0; pause--) Thread.onSpinWait();
                if (random.nextBoolean()) Thread.yield();
                if (random.nextInt(4) == 0) turn.awaitFirstWord();
                turn.stop.stop(Reason.USER);
                turn.awaitOver();
            }

            // All connections can be used again.
            provider.answering(answer -> answer.text("yes").done());
            for (int i = 0; i < 8; i++) models.ask("after").await();
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_slow_reader_slows_the_provider_down(Wire wire) throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        RecordingSink slow = new RecordingSink() {
            @Override
            public void text(String delta) {
                super.text(delta.substring(0, 1));
                reading.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    throw new StoppedException();
                }
            }
        };
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture models = ModelFixture.at(provider)) {
            Turn turn = models.ask("hello", slow);
            FakeAnswer answer = provider.take().answer();
            answer.text("x");
            reading.await();

            // When the provider sends as long as its data is read
            String piece = "x".repeat(8_000);
            int sent = 0;
            while (sent < 1_500 && !fullForAWhile(answer)) {
                answer.text(piece);
                sent++;
            }

            // Then it was held back: what it sent fits into the buffers of the two sockets.
            assertThat(sent).isLessThan(1_500);
            goOn.countDown();
            answer.done();
            turn.await();
            assertThat(slow.text).hasSize(sent + 1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void many_calls_share_few_threads(Wire wire) throws Exception {
        int calls = 200;
        try (FakeProvider provider = FakeProvider.start(wire);
                ModelFixture models = ModelFixture.at(provider)) {
            models.ask("warm");
            provider.take();
            long before = threads();

            List<Turn> turns = new ArrayList<>();
            for (int i = 0; i < calls; i++) turns.add(models.ask("hello"));
            for (int i = 0; i < calls; i++) provider.take().answer().text("It beg");
            for (Turn turn : turns) turn.awaitFirstWord();

            assertThat(threads() - before).isLessThan(20);
            turns.forEach(turn -> turn.stop.stop(Reason.USER));
            for (Call call : provider.calls.subList(1, calls + 1)) call.awaitGone();
        }
    }

    /** The first time in a process takes longer. */
    private static void getConnected(FakeProvider provider, ModelFixture models) throws Exception {
        Turn turn = models.ask("hello");
        provider.take().answer().text("yes").done();
        turn.await();
    }

    /** Platform threads, without those of which there are as many as the machine has cores. */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> !name.startsWith("ForkJoinPool-") && !name.startsWith("vert.x-eventloop-thread-"))
                .count();
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new StoppedException();
        }
    }

    private static boolean fullForAWhile(FakeAnswer answer) {
        if (!answer.isFull()) return false;
        try {
            await().pollInterval(Duration.ofMillis(20))
                    .atMost(Duration.ofMillis(500))
                    .until(() -> !answer.isFull());
            return false;
        } catch (ConditionTimeoutException e) {
            return true;
        }
    }

    private static ModelRequest limited(int ms) {
        return new ModelRequest(List.of(new ModelMessage.User("hello")), List.of(), new ModelRequest.Limits(ms, ms));
    }

    private static Arguments state(Wire wire, String when, boolean says, Consumer<FakeAnswer> so) {
        return Arguments.of(wire, when, says, so);
    }
}
