package io.reprise.agent;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.outcomes;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.config.tool.SubagentSettings;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent.SubagentError;
import io.reprise.message.log.LogEvent.SubagentFinished;
import io.reprise.message.log.LogEvent.SubagentStarted;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal.Reason;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Agents that call others as tools. */
@Timeout(300)
class SubagentsTest extends SubagentsBench {
    @Test
    void a_sub_agent_sees_its_task_and_answers_as_the_result_of_its_call() {
        ScriptedModel helper = new ScriptedModel(calls("look {}"), says("It is ", "42."));
        ScriptedModel outer = new ScriptedModel(calls(HELP), says("42"));
        agent("helper", helper, List.of(new ScriptedTool("look", (call, own) -> "found")));
        agent("default", outer, List.of(), "helper");

        RunEnd end = run(new Owner(), begin());

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(helper.requests.getFirst().messages()).containsExactly(new User("look it up"));
        assertThat(outcomes(outer.requests.getLast())).containsExactly("It is 42.");
        assertThat(outer.requests.getLast().messages()).hasSize(3);
        assertThat(end.usage().tokens()).containsExactly(TokenUsage.of("test", "scripted", 40, 5));
        assertThat(end.usage().context().usedTokens())
                .as("of the agent of the run")
                .isEqualTo(11);
        assertThat(shape())
                .containsExactly(
                        "STEP_STARTED",
                        "TOOL_CALL_START",
                        "TOOL_CALL_ARGS",
                        "TOOL_CALL_END",
                        "SUBAGENT_STARTED",
                        "STEP_STARTED@a",
                        "TOOL_CALL_START@a",
                        "TOOL_CALL_ARGS@a",
                        "TOOL_CALL_END@a",
                        "TOOL_CALL_RESULT@a",
                        "STEP_FINISHED@a",
                        "STEP_STARTED@a",
                        "TEXT_MESSAGE_START@a",
                        "TEXT_MESSAGE_CONTENT@a",
                        "TEXT_MESSAGE_CONTENT@a",
                        "TEXT_MESSAGE_END@a",
                        "STEP_FINISHED@a",
                        "SUBAGENT_FINISHED",
                        "TOOL_CALL_RESULT",
                        "STEP_FINISHED",
                        "STEP_STARTED",
                        "TEXT_MESSAGE_START",
                        "TEXT_MESSAGE_CONTENT",
                        "TEXT_MESSAGE_END",
                        "STEP_FINISHED");
        assertAllClosed();
    }

    @Test
    void a_sub_agent_calls_others_up_to_a_depth() {
        limits.subagents = new SubagentSettings(2, 30, 4);
        ScriptedModel inmost = new ScriptedModel(says("deep"));
        ScriptedModel middle = new ScriptedModel(calls("agent_inmost {\"task\":\"x\"}"), says("less deep"));
        agent("inmost", inmost, List.of(), "unreached");
        agent("unreached", new ScriptedModel(says("never")), List.of());
        agent("helper", middle, List.of(), "inmost");
        agent("default", new ScriptedModel(calls(HELP), says("done")), List.of(), "helper");

        run(new Owner(), begin());

        List<SubagentStarted> started = of(SubagentStarted.class);
        assertThat(started).extracting(SubagentStarted::name).containsExactly("helper", "inmost");
        assertThat(started.getLast().parentSubagentRunId())
                .isEqualTo(started.getFirst().subagentRunId());
        assertThat(middle.requests.getFirst().tools())
                .extracting(ModelRequest.ToolSpec::name)
                .containsExactly("agent_inmost");
        assertThat(inmost.requests.getFirst().tools()).isEmpty();
        assertAllClosed();
    }

    @Test
    void a_run_calls_a_limited_number_of_sub_agents() {
        limits.subagents = new SubagentSettings(2, 2, 4);
        ScriptedModel outer = new ScriptedModel(calls(HELP, HELP, HELP), says("done"));
        agent("helper", new ScriptedModel(says("a")), List.of());
        agent("default", outer, List.of(), "helper");

        run(new Owner(), begin());

        assertThat(of(SubagentStarted.class)).hasSize(2);
        assertThat(outcomes(outer.requests.getLast()))
                .filteredOn(text -> text.contains("cannot call more"))
                .hasSize(1);
        assertAllClosed();
    }

    @Test
    void an_agent_has_a_limited_number_of_sub_agents_at_work_at_once() {
        limits.subagents = new SubagentSettings(2, 30, 2);
        AtomicInteger working = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier pair = new CyclicBarrier(2);
        agent(
                "helper",
                new ScriptedModel((sink, own) -> {
                    most.accumulateAndGet(working.incrementAndGet(), Math::max);
                    try {
                        pair.await();
                    } catch (java.util.concurrent.BrokenBarrierException e) {
                        throw new IllegalStateException(e);
                    }
                    working.decrementAndGet();
                    sink.text("a");
                    return new ModelTurn(1, 1);
                }),
                List.of());
        agent("default", new ScriptedModel(calls(HELP, HELP, HELP, HELP), says("done")), List.of(), "helper");

        run(new Owner(), begin());

        assertThat(most).hasValue(2);
        assertThat(of(SubagentFinished.class)).hasSize(4);
        assertAllClosed();
    }

    @Test
    void a_failure_of_a_sub_agent_is_the_failed_result_of_its_call() {
        ScriptedModel outer = new ScriptedModel(calls(HELP), says("done"));
        agent(
                "helper",
                new ScriptedModel((sink, own) -> {
                    sink.text("half");
                    throw ModelFailure.modelError("broken");
                }),
                List.of());
        agent("default", outer, List.of(), "helper");

        RunEnd end = run(new Owner(), begin());

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(of(SubagentError.class).getFirst().code()).isEqualTo("model_error");
        assertThat(outcomes(outer.requests.getLast()))
                .singleElement()
                .asString()
                .contains("broken");
        assertAllClosed();
    }

    @Test
    void a_sub_agent_has_a_limit_of_steps_of_its_own() {
        limits.stepsMax = 3;
        ScriptedModel helper = new ScriptedModel(calls("look {}"));
        agent("helper", helper, List.of(new ScriptedTool("look", (call, own) -> "found")));
        agent("default", new ScriptedModel(calls(HELP), says("done")), List.of(), "helper");

        RunEnd end = run(new Owner(), begin());

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(helper.requests).hasSize(3);
        assertThat(of(SubagentError.class).getFirst().code()).isEqualTo("step_limit");
        assertAllClosed();
    }

    @Test
    void a_sub_agent_that_takes_too_long_is_stopped_with_those_that_it_called() {
        CountDownLatch stopped = new CountDownLatch(1);
        RunEnd end = null;

        // On a slow machine the time may end before the inmost agent begins; then it gets more.
        AtomicBoolean hasBegun = new AtomicBoolean();
        for (int timeMs = 50; !hasBegun.get(); timeMs *= 2) {
            anew("w" + timeMs);
            agent(
                    "inmost",
                    new ScriptedModel((sink, own) -> {
                        sink.text("half");
                        own.onStop(stopped::countDown);
                        hasBegun.set(true);
                        own.await();
                        return new ModelTurn(1, 1);
                    }),
                    List.of());
            limits.timeMs = timeMs;
            agent("helper", new ScriptedModel(calls("agent_inmost {\"task\":\"x\"}")), List.of(), "inmost");
            limits.timeMs = new Limits().timeMs;
            agent("default", new ScriptedModel(calls(HELP), says("done")), List.of(), "helper");
            end = run(new Owner(), begin());
        }

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(stopped.getCount()).isZero();
        assertThat(of(SubagentError.class)).extracting(SubagentError::code).containsExactly("cancelled", "timeout");
        assertAllClosed();
    }

    @Test
    void a_stop_reaches_the_tool_of_a_sub_agent() throws InterruptedException {
        CountDownLatch waiting = new CountDownLatch(1);
        CountDownLatch reached = new CountDownLatch(1);
        agent("helper", new ScriptedModel(calls("look {}")), List.of(new ScriptedTool("look", (call, own) -> {
            own.onStop(reached::countDown);
            waiting.countDown();
            own.await();
            return "stopped";
        })));
        agent("default", new ScriptedModel(calls(HELP)), List.of(), "helper");
        Thread.ofVirtual().start(() -> {
            try {
                waiting.await();
                stop.stop(Reason.USER);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });

        RunEnd end = run(new Owner(), begin());

        assertThat(end).isInstanceOf(RunEnd.Cancelled.class);
        reached.await();
    }

    private List<String> shape() {
        return events.stream()
                .map(event -> EventJson.type(event).replaceAll("@a_.*", "@a"))
                .toList();
    }
}
