package io.reprise.agent;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reprise.agent.loop.AgentServices;
import io.reprise.history.Histories;
import io.reprise.message.AgentMessage;
import io.reprise.message.AgentMessage.Answer;
import io.reprise.message.AgentMessage.BatchAck;
import io.reprise.message.AgentMessage.RunAnswer;
import io.reprise.message.AgentMessage.RunBeat;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.SuspendRun;
import io.reprise.message.ErrorCode;
import io.reprise.message.ShardMessage.AgentBatch;
import io.reprise.message.ShardMessage.RunBeatAnswer;
import io.reprise.message.ShardMessage.RunQuestion;
import io.reprise.message.bus.Addresses;
import io.reprise.message.bus.BusCodec;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.StepStarted;
import io.reprise.message.log.LogEvent.TextContent;
import io.reprise.message.log.LogEvent.ToolCallEnd;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.demo.DemoModel;
import io.reprise.support.IdSource;
import io.reprise.support.StopSignal;
import io.reprise.support.Stopwatch;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.SleepTool;
import io.reprise.tool.TimeTool;
import io.reprise.tool.Tool;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole runs over the bus of one node. */
@Timeout(300)
class AgentVerticleTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static Vertx vertx;

    private final Limits limits = new Limits();
    private final FakeLog log = new FakeLog();
    private final List<Tool> tools = new ArrayList<>(List.of(new TimeTool(() -> 0), new SleepTool()));
    private final String node = "n" + NUMBER.incrementAndGet();
    private final String agent = Addresses.agent(node, 0);
    private ChatModel model = new DemoModel();
    private FakeOwner owner;
    private String deployment;

    @BeforeAll
    static void startBus() {
        vertx = Vertx.vertx();
        BusCodec.register(vertx.eventBus());
    }

    @AfterAll
    static void closeBus() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    @BeforeEach
    void givenAnOwner() {
        owner = newOwner();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/stream 2000 0",
                "/stream 60 600",
                "/stream x",
                "/tool time {\"zone\":\"Asia/Tokyo\"}",
                "/tool nothing",
                "/tool time {bad",
                "/think 100",
                "/steps 3",
                "/echo hello 😀",
                "/usage",
                "remind me in 10 seconds to stretch"
            })
    void every_command_of_the_demo_model_finishes_its_run(String text) throws Exception {
        whenAsked(text);
        awaitEnd();

        assertThat(owner.end()).isInstanceOf(RunEnd.Finished.class);
        assertOneWholeRun();
        assertThat(opened()).isEqualTo(closed());
    }

    @Test
    void the_events_of_a_run_come_in_the_order_of_the_protocol() throws Exception {
        whenAsked("/tool time {}");
        awaitEnd();

        assertThat(typesWithoutRepeats())
                .containsExactly(
                        "STEP_STARTED",
                        "TOOL_CALL_START",
                        "TOOL_CALL_ARGS",
                        "TOOL_CALL_END",
                        "TOOL_CALL_RESULT",
                        "STEP_FINISHED",
                        "STEP_STARTED",
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_END",
                        "STEP_FINISHED");
        assertThat(owner.text()).contains("1970-01-01T00:00:00Z");
    }

    @Test
    void a_fast_stream_arrives_whole() throws Exception {
        int words = 1_000_000;
        Stopwatch watch = Stopwatch.started();

        whenAsked("/stream " + words + " 0");
        awaitEnd();

        System.out.println(words + " deltas in " + watch.ms() + " ms, " + owner.received() + " batches");
        assertOneWholeRun();
        assertThat(owner.text().equals(words(words))).isTrue();
    }

    @Test
    void the_limit_of_unanswered_batches_holds_however_late_answers_come() throws Exception {
        owner.answering = false;
        long timer = vertx.setPeriodic(2, fired -> owner.ack());
        whenAsked("/stream 20000 0");
        awaitEnd();
        vertx.cancelTimer(timer);

        assertThat(owner.unansweredMost).isBetween(2, limits.batchesMax);
        assertOneWholeRun();
        assertThat(owner.text()).isEqualTo(words(20_000));
    }

    @Test
    void the_demo_command_fail_ends_the_run_with_its_code() throws Exception {
        whenAsked("/fail 429");
        awaitEnd();

        assertFailed(ErrorCode.TOO_MANY_REQUESTS);
    }

    @Test
    void more_steps_than_the_limit_fail() throws Exception {
        limits.stepsMax = 5;
        whenAsked("/steps 6");
        awaitEnd();

        assertFailed(ErrorCode.STEP_LIMIT);
    }

    @Test
    void a_run_keeps_the_limits_that_it_began_with_and_the_next_one_has_others() throws Exception {
        owner.steering = false;
        whenAsked("/steps 6");
        await().until(() -> !owner.questions.isEmpty()); // It is before its second step.

        limits.stepsMax = 5;
        owner.steering = true;
        int asked = owner.questions.getFirst().number();
        owner.send(new RunAnswer(owner.run, asked, new Answer.Steering(List.of())));
        awaitEnd();

        assertThat(owner.end()).isInstanceOf(RunEnd.Finished.class);
        owner = newOwner();
        owner.ask("s2", log.userSays("s2", owner.run, "/steps 6"));
        awaitEnd();
        assertFailed(ErrorCode.STEP_LIMIT);
    }

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
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        model = new StuckModel(reached, stuck);
        limits.stopGraceMs = 60;
        whenAsked("hello");
        reached.await();

        owner.stop();

        awaitEnd();
        assertCancelled();
        stuck.countDown();
        assertNothingFollows();
    }

    @Test
    void a_run_that_takes_too_long_ends_with_a_timeout_even_if_it_never_returns() throws Exception {
        limits.timeMs = 100;
        limits.stopGraceMs = 60;
        CountDownLatch stuck = new CountDownLatch(1);
        model = new StuckModel(new CountDownLatch(1), stuck);
        whenAsked("hello");

        awaitEnd();
        assertFailed(ErrorCode.TIMEOUT);
        stuck.countDown();
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
        owner.send(new BatchAck(owner.run, 0, false));

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

        owner.send(new BatchAck(owner.run, last, true));
        assertUnknown();
    }

    @Test
    void an_agent_that_is_undeployed_ends_its_runs_first() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        model = new StuckModel(reached, stuck);
        whenAsked("hello");
        reached.await();

        undeploy();

        await().until(() -> owner.end() != null);
        assertFailed(ErrorCode.INTERRUPTED);
        stuck.countDown();
    }

    @Test
    void a_run_whose_server_stops_sends_nothing_more_and_is_removed_when_its_thread_returns() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        model = new StuckModel(reached, stuck);
        limits.stopGraceMs = 60_000;
        whenAsked("hello");
        reached.await();
        await().until(() -> owner.received() > 0); // the beginning of the step, which is told before the model is asked
        int received = owner.received();
        owner.send(new SuspendRun(owner.run));
        // An answer of the owner that crossed the batch changes nothing.
        owner.send(new BatchAck(owner.run, received, false));
        owner.send(new RunBeat(owner.run, "s", owner.address, received));
        await().until(() -> owner.answers.size() == 1);
        assertThat(owner.answers).containsOnly(new RunBeatAnswer("s", owner.run, true, received));

        stuck.countDown();
        undeploy();

        assertThat(owner.end()).isNull();
        assertThat(owner.received()).isEqualTo(received);
    }

    @Test
    void a_run_that_ignores_the_stop_of_its_server_is_abandoned() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        model = new StuckModel(reached, stuck);
        whenAsked("hello");
        reached.await();

        owner.send(new SuspendRun(owner.run));
        undeploy();

        assertThat(owner.end()).isNull();
        stuck.countDown();
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
        System.out.println("AgentVerticleTest seed " + seed);
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

    private FakeOwner newOwner() {
        return new FakeOwner(vertx, agent, "r" + NUMBER.incrementAndGet());
    }

    private void deploy() throws Exception {
        AgentServices services = new AgentServices(
                agent -> Plans.of(agent, limits.settings(), model, tools),
                new Histories(log),
                IdSource.random(),
                Metrics.unseen());
        deployment = vertx.deployVerticle(new AgentVerticle(services, node, 0))
                .toCompletionStage()
                .toCompletableFuture()
                .get(120, TimeUnit.SECONDS);
    }

    private void undeploy() throws Exception {
        vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    // --- steering

    @Test
    void before_each_model_call_but_the_first_the_owner_is_asked_for_messages() throws Exception {
        whenAsked("/steps 3");
        awaitEnd();

        assertThat(owner.end()).isInstanceOf(RunEnd.Finished.class);
        assertThat(owner.questions).hasSize(3);
        // Each comes after the previous step.
        for (int step = 1; step <= 3; step++) {
            List<LogEvent> before = owner
                    .batches
                    .subList(0, owner.questions.get(step - 1).sent())
                    .stream()
                    .flatMap(batch -> batch.events().stream())
                    .toList();
            assertThat(before.getLast()).isEqualTo(new LogEvent.StepFinished("step " + step));
        }
    }

    @Test
    void a_question_is_repeated_until_it_is_answered_and_the_answer_is_followed() throws Exception {
        limits.heartbeatMs = 10;
        owner.steering = false;
        owner.steered.add(new AgentMessage.SteeredMessage("m1", "/echo left"));
        whenAsked("/steps 3");
        await().until(() -> owner.questions.size() >= 3);
        assertThat(owner.questions)
                .extracting(RunQuestion::number)
                .containsOnly(owner.questions.getFirst().number());
        assertThat(owner.events()).last().isEqualTo(new LogEvent.StepFinished("step 1"));

        owner.steering = true;
        awaitEnd();

        assertThat(owner.text()).isEqualTo("left");
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

    private long whenAsked(String text) throws Exception {
        deploy();
        long head = log.userSays("s", owner.run, text);
        owner.ask("s", head);
        return head;
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

    private void awaitEnd() {
        await().pollInterval(1, TimeUnit.MILLISECONDS)
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> owner.end() != null);
    }

    private void awaitEvent(Class<? extends LogEvent> type) {
        await().until(() -> owner.events().stream().anyMatch(type::isInstance));
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

    /** Everything that was sent through the agent has passed when the agent has answered. */
    private void assertNothingFollows() {
        int before = owner.received();
        for (int round = 0; round < 20; round++) assertUnknownOrEnded();
        assertThat(owner.received()).isEqualTo(before);
    }

    private void assertUnknownOrEnded() {
        owner.answers.clear();
        owner.send(new RunBeat(owner.run, "s", owner.address, owner.received()));
        await().pollInterval(1, TimeUnit.MILLISECONDS).until(() -> !owner.answers.isEmpty());
    }

    private void assertCancelled() {
        assertThat(owner.end()).isInstanceOf(RunEnd.Cancelled.class);
        assertOneWholeRun();
        assertNothingFollows();
    }

    private void assertFailed(ErrorCode code) {
        assertThat(owner.end())
                .isInstanceOfSatisfying(
                        RunEnd.Failed.class,
                        end -> assertThat(end.failure().code()).isEqualTo(code));
        assertOneWholeRun();
    }

    private void assertOneWholeRun() {
        List<AgentBatch> batches = owner.batches;
        assertThat(batches.stream().map(AgentBatch::number).toList())
                .isEqualTo(IntStream.rangeClosed(1, batches.size()).boxed().toList());
        assertThat(batches.stream().filter(batch -> batch.end() != null)).containsExactly(batches.getLast());
        assertThat(batches)
                .allMatch(batch -> batch.agent().equals(agent) && batch.run().equals(owner.run));
        assertThat(owner.events().stream().filter(TextContent.class::isInstance))
                .noneMatch(event -> ((TextContent) event).delta().isEmpty());
    }

    /** How a text is split into deltas depends on timing. */
    private List<String> typesWithoutRepeats() {
        List<String> types = new ArrayList<>();
        for (LogEvent event : owner.events()) {
            String type = EventJson.type(event);
            if (types.isEmpty() || !types.getLast().equals(type)) types.add(type);
        }
        return types;
    }

    private long opened() {
        return count(
                "TEXT_MESSAGE_START", "REASONING_MESSAGE_START", "REASONING_START", "STEP_STARTED", "TOOL_CALL_START");
    }

    private long closed() {
        return count("TEXT_MESSAGE_END", "REASONING_MESSAGE_END", "REASONING_END", "STEP_FINISHED", "TOOL_CALL_RESULT");
    }

    private long count(String... types) {
        return owner.events().stream()
                .filter(event -> List.of(types).contains(EventJson.type(event)))
                .count();
    }

    private static String words(int words) {
        return IntStream.rangeClosed(1, words).mapToObj(i -> "w" + i + " ").collect(Collectors.joining());
    }

    /** Blocks the run's own thread and ignores interrupts. */
    private record StuckModel(CountDownLatch reached, CountDownLatch stuck) implements ChatModel {
        @Override
        public String provider() {
            return "test";
        }

        @Override
        public String name() {
            reached.countDown();
            while (stuck.getCount() > 0) {
                try {
                    stuck.await();
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
