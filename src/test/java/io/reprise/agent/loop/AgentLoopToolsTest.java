package io.reprise.agent.loop;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.QuietOwner;
import io.reprise.agent.ScriptedModel;
import io.reprise.agent.ScriptedTool;
import io.reprise.agent.link.RunEvents;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelRequest;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.Texts;
import io.reprise.tool.ForeignText;
import io.reprise.tool.SleepTool;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The calls that a run makes, their limits and their results. */
@Timeout(300)
class AgentLoopToolsTest extends AgentLoopBench {
    @Test
    void tools_are_told_who_calls_and_models_which_tools_there_are() {
        List<String> seen = new CopyOnWriteArrayList<>();
        tools.add(new ScriptedTool("look", (call, own) -> {
            seen.add(call.session() + " " + call.user() + " " + call.arguments());
            return "ok";
        }));
        ScriptedModel model = new ScriptedModel(calls("look"), says("done"));

        run(model);

        assertThat(seen).containsExactly("s1 me {}");
        assertThat(model.requests.getFirst().tools())
                .containsExactly(new ModelRequest.ToolSpec("look", "for tests", "{\"type\":\"object\"}"));
    }

    @Test
    void tools_run_side_by_side_and_their_results_come_as_they_end() {
        CountDownLatch secondEnded = new CountDownLatch(1);
        tools.add(new ScriptedTool("first", (call, own) -> {
            secondEnded.await();
            return "1";
        }));
        tools.add(new ScriptedTool("second", (call, own) -> "2"));
        RunEvents releasing = new QuietOwner(event -> {
            events.add(event);
            if (event instanceof ToolCallResult) secondEnded.countDown();
        });
        ScriptedModel model = new ScriptedModel(calls("first {}", "second {}"), says("done"));

        loop(model, releasing).run();

        assertThat(results()).containsExactly("2", "1");
        assertThat(model.requests.get(1).messages().subList(2, 4))
                .containsExactly(new ToolOutcome("t_2", "first", "1"), new ToolOutcome("t_3", "second", "2"));
    }

    @Test
    void no_more_tools_than_the_limit_run_at_once() {
        limits.toolsParallelMax = 2;
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier two = new CyclicBarrier(2); // Two at once are needed to get on.
        tools.add(new ScriptedTool("work", (call, own) -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            try {
                two.await();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            for (int i = 0; i < 1_000; i++) Thread.yield(); // A third would be seen.
            running.decrementAndGet();
            return "ok";
        }));
        String[] six = {"work {}", "work {}", "work {}", "work {}", "work {}", "work {}"};

        run(new ScriptedModel(calls(six), says("done")));

        assertThat(results()).hasSize(6).containsOnly("ok");
        assertThat(most).hasValue(2);
    }

    @Test
    void every_failure_of_a_tool_is_reported_to_the_model_and_the_run_continues() {
        tools.add(new ScriptedTool("fails", (call, own) -> {
            throw new ToolFailure("No such city.");
        }));
        tools.add(new ScriptedTool("breaks", (call, own) -> {
            throw new IllegalStateException("secret");
        }));
        tools.add(new ScriptedTool("null", (call, own) -> null));
        ScriptedModel model = new ScriptedModel(
                calls(
                        "unknown {}",
                        "fails {bad",
                        "fails {} {}",
                        "fails []",
                        "fails null",
                        "fails {}",
                        "breaks {}",
                        "null {}"),
                says("done"));

        RunEnd end = run(model);

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(model.outcomes())
                .containsExactly(
                        "Error: unknown tool: unknown.",
                        "Error: the arguments are not a JSON object: its character 2 is not allowed here.",
                        "Error: the arguments are not a JSON object: there is text after the object.",
                        "Error: the arguments are not a JSON object: it does not start with {.",
                        "Error: the arguments are not a JSON object: it does not start with {.",
                        "Error: No such city.",
                        "Error: the tool failed.",
                        "");
    }

    @Test
    void a_tool_that_takes_too_long_is_stopped_alone() throws Exception {
        limits.toolMs = 100;
        CountDownLatch stopped = new CountDownLatch(1);
        tools.add(new ScriptedTool("slow", (call, own) -> {
            own.onStop(stopped::countDown);
            own.await();
            return "never";
        }));
        // It may take its time, so that a slow machine does not stop it, too.
        tools.add(new ScriptedTool("quick", ToolTraits.UNKNOWN.within(120_000, 0), (call, own) -> "ok"));
        ScriptedModel model = new ScriptedModel(calls("slow {}", "quick {}"), says("done"));

        RunEnd end = run(model);

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(model.outcomes()).containsExactly("Error: the tool timed out after 100 ms.", "ok");
        stopped.await();
    }

    @Test
    void the_limits_that_a_tool_declares_take_the_place_of_those_of_the_settings() {
        limits.toolMs = 100_000;
        tools.add(new ScriptedTool("slow", ToolTraits.UNKNOWN.within(40, 0), (call, own) -> {
            own.await();
            return "never";
        }));
        tools.add(new ScriptedTool("brief", ToolTraits.UNKNOWN.within(0, 50), (call, own) -> "x".repeat(1_000)));
        ScriptedModel model = new ScriptedModel(calls("slow {}"), calls("brief {}"), says("done"));

        run(model);

        assertThat(model.outcomes().getFirst()).isEqualTo("Error: the tool timed out after 40 ms.");
        assertThat(results().getLast()).hasSize(50).endsWith("[Cut: the result has 1000 bytes.]");
    }

    @Test
    void a_tool_that_ignores_its_time_limit_is_abandoned() {
        limits.toolMs = 40;
        tools.add(new SleepTool());
        ScriptedModel model =
                new ScriptedModel(calls("sleep {\"seconds\":600,\"ignoreInterrupts\":true}"), says("done"));

        RunEnd end = run(model);

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(results().getFirst()).contains("timed out");
    }

    @Test
    void all_parts_of_a_result_count_for_the_limit_and_only_texts_are_cut() {
        limits.toolResultBytesMax = 1_000;
        String large = "{\"type\":\"image\",\"data\":\"" + "x".repeat(2_000) + "\"}";
        Part small = new Part.Unknown("image", "{\"type\":\"image\"}");
        Content content = Content.of("see", List.of(small, new Part.Unknown("image", large)));
        tools.add(new Drawing(content));
        ScriptedModel model = new ScriptedModel(calls("draw {}"), says("done"));

        run(model);

        String note = "\n[Cut: the result has " + content.bytes() + " bytes.]";
        assertThat(events.stream().filter(ToolCallResult.class::isInstance).map(ToolCallResult.class::cast))
                .extracting(ToolCallResult::content)
                .containsExactly(Content.of("see", List.of(small, new Part.Text(note))));
        assertThat(model.outcomes()).singleElement().asString().contains("see\n\n");
    }

    @Test
    void a_result_that_is_too_long_is_cut_with_a_note() {
        limits.toolResultBytesMax = 100;
        tools.add(new ScriptedTool("big", (call, own) -> "😀".repeat(100)));
        tools.add(new ScriptedTool("fits", (call, own) -> "x".repeat(100)));
        tools.add(new ScriptedTool("fails", (call, own) -> {
            throw new ToolFailure("\0".repeat(1_000));
        }));
        ScriptedModel model = new ScriptedModel(calls("big {}", "fits {}", "fails {}"), says("done"));

        run(model);

        assertThat(model.outcomes().get(0))
                .startsWith("😀😀")
                .endsWith("[Cut: the result has 400 bytes.]")
                .satisfies(text -> assertThat(Texts.utf8Bytes(text)).isBetween(97, 100))
                .satisfies(text -> assertThat(Texts.isWellFormed(text)).isTrue());
        assertThat(model.outcomes().get(1)).isEqualTo("x".repeat(100));
        assertThat(model.outcomes().get(2))
                .startsWith("Error: \uFFFD")
                .satisfies(text -> assertThat(Texts.utf8Bytes(text)).isLessThanOrEqualTo(100));
    }

    @Test
    void a_cut_within_text_of_others_closes_its_mark() {
        limits.toolResultBytesMax = 300;
        tools.add(new ScriptedTool("long", (call, own) -> ForeignText.marked("a page", "x".repeat(1_000))));
        tools.add(new ScriptedTool("after", (call, own) -> ForeignText.marked("a page", "x") + "y".repeat(1_000)));
        ScriptedModel model = new ScriptedModel(calls("long {}", "after {}"), says("done"));

        run(model);

        assertThat(model.outcomes().get(0))
                .containsPattern("xx\nforeign text>>>\n\\[Cut: the result has \\d+ bytes.]$")
                .hasSize(300);
        assertThat(model.outcomes().get(1)).containsOnlyOnce("foreign text>>>").containsPattern("yy\n\\[Cut: ");
    }

    @Test
    void a_stop_reaches_every_running_tool_and_starts_no_other() throws Exception {
        limits.toolsParallelMax = 2;
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch interrupted = new CountDownLatch(2);
        tools.add(new ScriptedTool("wait", (call, own) -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
            return "never";
        }));
        List<RunEnd> ends = new CopyOnWriteArrayList<>();
        AgentLoop loop = loop(new ScriptedModel(calls("wait {}", "wait {}", "wait {}")), new QuietOwner(events::add));
        Thread run = Thread.ofVirtual().start(() -> ends.add(loop.run()));
        begun.await();

        stop.stop(Reason.USER);

        run.join();
        interrupted.await();
        assertThat(ends).singleElement().isInstanceOf(RunEnd.Cancelled.class);
        assertThat(results()).isEmpty();
    }

    private record Drawing(Content content) implements Tool {
        @Override
        public String name() {
            return "draw";
        }

        @Override
        public String description() {
            return "for tests";
        }

        @Override
        public String schema() {
            return "{\"type\":\"object\"}";
        }

        @Override
        public Content call(ToolCall call, StopSignal own) {
            return content;
        }
    }
}
