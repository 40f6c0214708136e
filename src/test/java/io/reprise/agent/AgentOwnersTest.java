package io.reprise.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.AgentMessage.RunBeat;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.ShardMessage.RunBeatAnswer;
import io.reprise.message.log.LogEvent.StepStarted;
import io.reprise.support.StopSignal;
import io.reprise.support.Stopwatch;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs whose owner changes, is silent, or disowns them. */
@Timeout(300)
class AgentOwnersTest extends AgentVerticleBench {
    @Test
    void a_request_for_a_run_that_runs_is_ignored() throws Exception {
        long head = whenAsked("/hang");
        awaitEvent(StepStarted.class);

        owner.ask("s", head);
        owner.stop();

        awaitEnd();
        assertCancelled();
        assertThat(owner.events()).hasSize(1);
    }

    @Test
    void a_request_of_another_owner_restarts_the_run_for_it() throws Exception {
        long head = whenAsked("/stream 10000000 100");
        await().until(() -> owner.received() > 2);
        FakeOwner next = newOwner();

        owner.send(new RunRequest(owner.run, "s", "me", next.address, head, "user"));
        await().until(() -> next.received() > 2);
        next.send(new RunBeat(owner.run, "s", owner.address, 0));
        owner.stop();
        await().until(() -> next.end() != null);

        assertThat(next.batches.getFirst().number()).isOne();
        assertThat(owner.end()).isNull();
        await().until(() -> owner.answers.size() == 1);
        assertThat(owner.answers.getFirst().known()).isFalse();
    }

    @Test
    void a_disowned_run_stops_without_further_events() throws Exception {
        CountDownLatch stopped = givenAModelThatTellsOfItsStop();
        whenAsked("go");
        await().until(() -> owner.received() >= 1);

        owner.answering = false;
        owner.send(BatchAck.unknown(owner.run, 0));

        stopped.await();
        assertUnknown();
        assertThat(owner.end()).isNull();
        assertNothingFollows();
    }

    @Test
    void a_run_whose_owner_is_silent_stops_without_further_events() throws Exception {
        CountDownLatch stopped = givenAModelThatTellsOfItsStop();
        limits.silenceMs = 1_000;
        long beats = vertx.setPeriodic(20, fired -> owner.send(new RunBeat(owner.run, "s", owner.address, 0)));
        whenAsked("go");
        await().until(() -> owner.received() > 0);

        vertx.cancelTimer(beats);

        stopped.await();

        assertUnknown();
        assertThat(owner.end()).isNull();
        assertNothingFollows();
    }

    @Test
    void beats_keep_a_run_alive_and_answer_its_batches() throws Exception {
        limits.silenceMs = 2_000;
        owner.answering = false;
        whenAsked("/stream 1000 0");
        Stopwatch watch = Stopwatch.started();
        // 64 words in a batch: only heartbeats are answered, and it takes longer than the silence that would end the
        // run.
        await().pollInterval(25, TimeUnit.MILLISECONDS).until(() -> {
            owner.send(new RunBeat(owner.run, "s", owner.address, watch.ms() < 2_500 ? 0 : owner.received()));
            return owner.end() != null;
        });

        assertThat(owner.end()).isInstanceOf(RunEnd.Finished.class);
        assertThat(owner.text()).isEqualTo(words(1000));
        assertThat(owner.answers).allMatch(RunBeatAnswer::known);
        assertThat(owner.answers.getLast().sent()).isPositive();
    }

    @Test
    void a_run_is_tracked_until_its_last_batch_is_answered() throws Exception {
        limits.batchesMax = 64;
        owner.answering = false;
        whenAsked("/echo hi");
        awaitEnd();
        int last = owner.received();

        owner.send(new RunBeat(owner.run, "s", owner.address, last - 1));
        owner.send(new RunBeat(owner.run, "s", owner.address, last - 1));
        await().until(() -> owner.answers.size() == 2);
        assertThat(owner.answers).containsOnly(new RunBeatAnswer("s", owner.run, true, last));

        owner.send(new BatchAck(owner.run, last, true, 1));
        assertUnknown();
    }

    private CountDownLatch givenAModelThatTellsOfItsStop() {
        CountDownLatch stopped = new CountDownLatch(1);
        model = new ScriptedModel((sink, stop) -> {
            stop.onStop(stopped::countDown);
            sink.text("a");
            stop.await();
            throw new StopSignal.StoppedException();
        });
        return stopped;
    }

    private void assertUnknown() {
        Callable<Boolean> unknown = () -> {
            owner.answers.clear();
            owner.send(new RunBeat(owner.run, "s", owner.address, owner.received()));
            await().until(() -> !owner.answers.isEmpty());
            return !owner.answers.getFirst().known();
        };
        await().until(unknown);
    }
}
