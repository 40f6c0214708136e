package io.reprise.agent;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.AgentMessage.RunBeat;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.SuspendRun;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage.RunBeatAnswer;
import io.reprise.message.log.LogEvent.StepStarted;
import io.reprise.message.log.LogEvent.ToolCallEnd;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.support.Stopwatch;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that are stopped, take too long, or whose server stops. */
@Timeout(300)
class AgentStopTest extends AgentVerticleBench {
    @Test
    void a_stop_directly_after_the_request_ends_the_run() throws Exception {
        deploy();
        owner.ask("s", log.userSays("s", owner.run, "/hang"));
        owner.stop();
        owner.stop();

        awaitEnd();
        assertCancelled();
    }

    @Test
    void a_stop_before_the_first_token_ends_the_run() throws Exception {
        whenAsked("/hang");
        awaitEvent(StepStarted.class);

        owner.stop();

        awaitEnd();
        assertCancelled();
    }

    @Test
    void a_stop_during_a_fast_stream_ends_the_run_and_nothing_follows() throws Exception {
        whenAsked("/stream 10000000 0");
        await().until(() -> owner.received() > 20);

        owner.stop();

        awaitEnd();
        assertCancelled();
        String said = owner.text();
        assertThat(words((int) said.chars().filter(c -> c == ' ').count() + 1)).startsWith(said);
    }

    @Test
    void a_stop_does_not_wait_for_a_tool_that_ignores_interrupts() throws Exception {
        whenAsked("/tool sleep {\"seconds\":600,\"ignoreInterrupts\":true}");
        awaitEvent(ToolCallEnd.class);

        owner.stop();

        awaitEnd();
        assertCancelled();
    }

    @Test
    void a_stop_reaches_parallel_tools() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch stopped = new CountDownLatch(2);
        tools.add(new ScriptedTool("wait", (call, stop) -> {
            begun.countDown();
            stop.onStop(stopped::countDown);
            stop.await();
            return "never";
        }));
        model = new ScriptedModel(calls("wait {}", "wait {}", "time {}"), says("never"));
        whenAsked("go");
        begun.await();

        owner.stop();

        awaitEnd();
        assertCancelled();
        stopped.await();
    }

    @Test
    void a_stop_ends_the_run_although_batches_are_unanswered() throws Exception {
        owner.answering = false;
        whenAsked("/stream 100000 0");
        await().until(() -> owner.received() == limits.batchesMax);

        owner.stop();

        awaitEnd();
        assertCancelled();
        assertThat(owner.received()).isEqualTo(limits.batchesMax + 1);
    }

    @Test
    void a_run_that_never_returns_ends_after_the_grace() throws Exception {
        limits.stopGraceMs = 60;
        StuckModel stuck = askStuckModel();

        owner.stop();

        awaitEnd();
        assertCancelled();
        stuck.end.countDown();
        assertNothingFollows();
    }

    @Test
    void a_run_that_takes_too_long_ends_with_a_timeout_even_if_it_never_returns() throws Exception {
        limits.timeMs = 100;
        limits.stopGraceMs = 60;
        StuckModel stuck = new StuckModel();
        model = stuck;
        whenAsked("hello");

        awaitEnd();
        assertFailed(ErrorCode.TIMEOUT);
        stuck.end.countDown();
        assertNothingFollows();
    }

    @Test
    void a_run_that_takes_too_long_ends_with_a_timeout() throws Exception {
        limits.timeMs = 100;
        whenAsked("/stream 10000000 1000");

        awaitEnd();
        assertFailed(ErrorCode.TIMEOUT);
    }

    @Test
    void a_stop_of_an_unknown_run_is_ignored() throws Exception {
        deploy();
        owner.stop();

        owner.ask("s", log.userSays("s", owner.run, "/echo hi"));

        awaitEnd();
        assertThat(owner.text()).isEqualTo("hi");
    }

    @Test
    void an_agent_that_is_undeployed_ends_its_runs_first() throws Exception {
        StuckModel stuck = askStuckModel();

        undeploy();

        await().until(() -> owner.end() != null);
        assertFailed(ErrorCode.INTERRUPTED);
        stuck.end.countDown();
    }

    @Test
    void a_run_whose_server_stops_sends_nothing_more_and_is_removed_when_its_thread_returns() throws Exception {
        limits.stopGraceMs = 60_000;
        StuckModel stuck = askStuckModel();
        await().until(() -> owner.received() > 0); // the beginning of the step, which is told before the model is asked
        int received = owner.received();
        owner.send(new SuspendRun(owner.run));
        // An answer of the owner that crossed the batch changes nothing.
        owner.send(BatchAck.unknown(owner.run, received));
        owner.send(new RunBeat(owner.run, "s", owner.address, received));
        await().until(() -> owner.answers.size() == 1);
        assertThat(owner.answers).containsOnly(new RunBeatAnswer("s", owner.run, true, received));

        stuck.end.countDown();
        undeploy();

        assertThat(owner.end()).isNull();
        assertThat(owner.received()).isEqualTo(received);
    }

    @Test
    void a_run_that_ignores_the_stop_of_its_server_is_abandoned() throws Exception {
        StuckModel stuck = askStuckModel();

        owner.send(new SuspendRun(owner.run));
        undeploy();

        assertThat(owner.end()).isNull();
        stuck.end.countDown();
    }

    @Test
    void an_agent_without_runs_is_undeployed_at_once() throws Exception {
        deploy();
        undeploy();
    }

    /**
     * Any command, stopped at any moment: one end, contiguous batches, and the text is a prefix of the complete one.
     */
    @Test
    void a_run_has_exactly_one_end_whenever_the_stop_arrives() throws Exception {
        long seed = new Random().nextLong();
        System.out.println("AgentStopTest seed " + seed);
        Random random = new Random(seed);
        limits.mergeMs = 1;
        deploy();
        String[] commands = {"/stream 3000 0", "/stream 20 4000", "/think 500", "/steps 4", "/hang", "/fail 500"};
        for (int round = 0; round < 300; round++) {
            owner = newOwner();
            String command = commands[random.nextInt(commands.length)];
            owner.ask(owner.run, log.userSays(owner.run, owner.run, command));
            spin(random.nextInt(3_000_000) >> random.nextInt(12));
            owner.stop();
            awaitEnd();
            assertOneWholeRun();
            if (command.startsWith("/stream")) assertThat(words(3000)).startsWith(owner.text());
        }
    }

    private static void spin(int nanos) {
        Stopwatch watch = Stopwatch.started();
        while (watch.nanos() < nanos) Thread.onSpinWait();
    }

    private void undeploy() throws Exception {
        vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    @Test
    void a_stop_ends_the_wait_for_an_answer() throws Exception {
        owner.steering = false;
        whenAsked("/steps 3");
        await().until(() -> !owner.questions.isEmpty());

        owner.stop();
        awaitEnd();

        assertThat(owner.end()).isInstanceOf(RunEnd.Cancelled.class);
    }

    /** Returns when the run is stuck in its model. */
    private StuckModel askStuckModel() throws Exception {
        StuckModel stuck = new StuckModel();
        model = stuck;
        whenAsked("hello");
        stuck.reached.await();
        return stuck;
    }

    /** Blocks the run's own thread and ignores interrupts, until its end. */
    private static final class StuckModel implements ChatModel {
        final CountDownLatch reached = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);

        @Override
        public String provider() {
            return "test";
        }

        @Override
        public String name() {
            reached.countDown();
            while (end.getCount() > 0) {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    // Stuck.
                }
            }
            return "stuck";
        }

        @Override
        public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) {
            sink.text("late");
            return new ModelTurn(null, null);
        }
    }
}
