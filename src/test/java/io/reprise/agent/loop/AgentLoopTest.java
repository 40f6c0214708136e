package io.reprise.agent.loop;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.QuietOwner;
import io.reprise.agent.ScriptedModel;
import io.reprise.agent.ScriptedTool;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.message.log.LogEvent.ToolCallStart;
import io.reprise.message.log.LogRow;
import io.reprise.message.log.RunUsage.ContextUse;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelTurn;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The steps of a run, what it has used, and its stop. */
@Timeout(300)
class AgentLoopTest extends AgentLoopBench {
    @Test
    void a_turn_without_tools_is_one_step() {
        RunEnd end = run(new ScriptedModel(says("a", "", "b")));

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(end.usage().tokens()).containsExactly(TokenUsage.of("test", "scripted", 10, 3));
        assertThat(end.usage().context()).isEqualTo(new ContextUse(13, null));
        assertThat(shape())
                .containsExactly(
                        "STEP_STARTED step 1",
                        "TEXT_MESSAGE_START m_1",
                        "TEXT_MESSAGE_CONTENT m_1 a",
                        "TEXT_MESSAGE_CONTENT m_1 b",
                        "TEXT_MESSAGE_END m_1",
                        "STEP_FINISHED step 1");
    }

    @Test
    void reasoning_text_and_calls_are_closed_before_the_next_begins() {
        tools.add(new ScriptedTool("add", (call, own) -> "42"));
        ScriptedModel model = new ScriptedModel(
                (sink, own) -> {
                    sink.reasoning("hm");
                    sink.text("let me see");
                    sink.toolCallStart(7, "add");
                    sink.toolCallArguments(7, "{\"a\"");
                    sink.toolCallArguments(7, ":1}");
                    return new ModelTurn(null, null);
                },
                says("42"));

        RunEnd end = run(model);

        assertThat(end.usage().tokens()).singleElement().satisfies(used -> {
            assertThat(used.outputTokens()).isGreaterThan(1);
            assertThat(used.estimated()).as("the first turn reported nothing").isTrue();
        });
        assertThat(shape())
                .containsExactly(
                        "STEP_STARTED step 1",
                        "REASONING_START m_1",
                        "REASONING_MESSAGE_START m_1",
                        "REASONING_MESSAGE_CONTENT m_1 hm",
                        "REASONING_MESSAGE_END m_1",
                        "REASONING_END m_1",
                        "TEXT_MESSAGE_START m_2",
                        "TEXT_MESSAGE_CONTENT m_2 let me see",
                        "TEXT_MESSAGE_END m_2",
                        "TOOL_CALL_START t_3 add in m_2",
                        "TOOL_CALL_ARGS t_3 {\"a\"",
                        "TOOL_CALL_ARGS t_3 :1}",
                        "TOOL_CALL_END t_3",
                        "TOOL_CALL_RESULT m_5 t_3 42",
                        "STEP_FINISHED step 1",
                        "STEP_STARTED step 2",
                        "TEXT_MESSAGE_START m_6",
                        "TEXT_MESSAGE_CONTENT m_6 42",
                        "TEXT_MESSAGE_END m_6",
                        "STEP_FINISHED step 2");
        assertThat(model.requests.get(1).messages())
                .containsExactly(
                        new User("hello"),
                        new Assistant("let me see", List.of(new ToolRequest("t_3", "add", "{\"a\":1}"))),
                        new ToolOutcome("t_3", "add", "42"));
    }

    @Test
    void calls_without_text_share_a_message_of_their_own() {
        tools.add(new ScriptedTool("add", (call, own) -> "42"));

        run(new ScriptedModel(calls("add {}", "add {}"), says("done")));

        assertThat(events).contains(new ToolCallStart("t_2", "add", "m_1"), new ToolCallStart("t_3", "add", "m_1"));
    }

    @Test
    void a_run_fails_after_the_maximum_of_steps() {
        limits.stepsMax = 3;
        tools.add(new ScriptedTool("again", (call, own) -> "ok"));
        ScriptedModel model = new ScriptedModel(calls("again {}"));

        RunEnd end = run(model);

        assertThat(failure(end)).isEqualTo(new Failure(ErrorCode.STEP_LIMIT, "The run reached its limit of 3 steps."));
        assertThat(model.requests).hasSize(3);
        assertThat(shape()).last().isEqualTo("STEP_FINISHED step 3");
    }

    @Test
    void usage_is_summed_over_the_steps() {
        tools.add(new ScriptedTool("again", (call, own) -> "ok"));

        RunEnd end = run(new ScriptedModel(calls("again {}"), calls("again {}"), says("a", "b")));

        assertThat(end.usage().tokens()).containsExactly(TokenUsage.of("test", "scripted", 30, 4));
    }

    @Test
    void usage_that_was_not_reported_is_estimated_and_marked() {
        RunEnd end = run(new ScriptedModel((sink, own) -> {
            sink.text("12345678");
            sink.text("9");
            return new ModelTurn(null, null);
        }));

        assertThat(end.usage().tokens()).singleElement().satisfies(used -> {
            assertThat(used.outputTokens()).isEqualTo(3);
            assertThat(used.inputTokens()).isPositive();
            assertThat(used.estimated()).isTrue();
            assertThat(used.cost()).isNull();
        });
    }

    @Test
    void a_run_that_fails_or_is_stopped_tells_what_it_has_used() {
        tools.add(new ScriptedTool("again", (call, own) -> "ok"));
        RunEnd failed = run(new ScriptedModel(calls("again {}"), (sink, own) -> {
            throw ModelFailure.ofStatus(429);
        }));
        assertThat(failed).isInstanceOf(RunEnd.Failed.class);
        assertThat(failed.usage().tokens()).containsExactly(TokenUsage.of("test", "scripted", 10, 1));

        RunEnd stopped = run(new ScriptedModel((sink, own) -> {
            sink.text("half an answer");
            stop.stop(Reason.USER);
            throw new StopSignal.StoppedException();
        }));
        Thread.interrupted(); // The stop interrupts the run's thread, which here is the test's.
        assertThat(stopped).isInstanceOf(RunEnd.Cancelled.class);
        assertThat(stopped.usage().tokens()).singleElement().satisfies(used -> {
            assertThat(used.outputTokens()).isEqualTo(4);
            assertThat(used.estimated()).isTrue();
        });
    }

    @Test
    void a_stop_while_the_conversation_is_read_ends_the_run() throws Exception {
        log.broken = Promise.<List<LogRow>>promise().future();
        List<RunEnd> ends = new CopyOnWriteArrayList<>();
        AgentLoop loop = loop(new ScriptedModel(says("a")), new QuietOwner(events::add));
        Thread run = Thread.ofVirtual().start(() -> ends.add(loop.run()));

        stop.stop(Reason.USER);

        run.join();
        assertThat(ends).containsExactly(new RunEnd.Cancelled());
    }

    @Test
    void a_run_that_is_stopped_before_it_starts_calls_no_model() {
        stop.stop(Reason.USER);
        ScriptedModel model = new ScriptedModel(says("a"));

        RunEnd end = run(model);

        assertThat(end).isInstanceOf(RunEnd.Cancelled.class);
        Thread.interrupted(); // The stop interrupts the run's thread, which here is the test's.
        assertThat(model.requests).isEmpty();
    }
}
