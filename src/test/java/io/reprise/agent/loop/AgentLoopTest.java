package io.reprise.agent.loop;

import static io.reprise.agent.ScriptedModel.calls;
import static io.reprise.agent.ScriptedModel.says;
import static org.assertj.core.api.Assertions.assertThat;

import io.reprise.agent.FakeLog;
import io.reprise.agent.Limits;
import io.reprise.agent.Plans;
import io.reprise.agent.QuietOwner;
import io.reprise.agent.ScriptedModel;
import io.reprise.agent.ScriptedTool;
import io.reprise.agent.link.RunEvents;
import io.reprise.config.storage.StoreSettings;
import io.reprise.history.BrokenLog;
import io.reprise.history.Histories;
import io.reprise.message.AgentMessage.RunEnd;
import io.reprise.message.AgentMessage.RunRequest;
import io.reprise.message.AgentMessage.SteeredMessage;
import io.reprise.message.ErrorCode;
import io.reprise.message.Failure;
import io.reprise.message.Role;
import io.reprise.message.content.Content;
import io.reprise.message.content.Part;
import io.reprise.message.log.EventJson;
import io.reprise.message.log.LogEvent;
import io.reprise.message.log.LogEvent.TokenUsage;
import io.reprise.message.log.LogEvent.ToolCallArgs;
import io.reprise.message.log.LogEvent.ToolCallResult;
import io.reprise.message.log.LogEvent.ToolCallStart;
import io.reprise.message.log.LogRow;
import io.reprise.message.log.RunUsage.ContextUse;
import io.reprise.model.ChatModel;
import io.reprise.model.ModelFailure;
import io.reprise.model.ModelMessage;
import io.reprise.model.ModelMessage.Assistant;
import io.reprise.model.ModelMessage.Kept;
import io.reprise.model.ModelMessage.ToolOutcome;
import io.reprise.model.ModelMessage.ToolRequest;
import io.reprise.model.ModelMessage.User;
import io.reprise.model.ModelRequest;
import io.reprise.model.ModelSink;
import io.reprise.model.ModelTurn;
import io.reprise.model.ModelUsage;
import io.reprise.support.StopSignal;
import io.reprise.support.StopSignal.Reason;
import io.reprise.support.Texts;
import io.reprise.telemetry.Metrics;
import io.reprise.tool.ForeignText;
import io.reprise.tool.SleepTool;
import io.reprise.tool.Tool;
import io.reprise.tool.ToolCall;
import io.reprise.tool.ToolFailure;
import io.reprise.tool.ToolTraits;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class AgentLoopTest {
    private final Limits limits = new Limits();
    private final FakeLog log = new FakeLog();
    private final StopSignal stop = new StopSignal();
    private final List<LogEvent> events = new CopyOnWriteArrayList<>();
    private final List<Tool> tools = new ArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private long head = log.userSays("s1", "r1", "hello");

    /** Null: a store that is away is not waited for. */
    private StoreSettings whenAway;

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
        assertThat(outcomes(model))
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
        limits.toolMs = 1_000; // The quick one needs a moment, too.
        CountDownLatch stopped = new CountDownLatch(1);
        tools.add(new ScriptedTool("slow", (call, own) -> {
            own.onStop(stopped::countDown);
            own.await();
            return "never";
        }));
        tools.add(new ScriptedTool("quick", (call, own) -> "ok"));
        ScriptedModel model = new ScriptedModel(calls("slow {}", "quick {}"), says("done"));

        RunEnd end = run(model);

        assertThat(end).isInstanceOf(RunEnd.Finished.class);
        assertThat(outcomes(model)).containsExactly("Error: the tool timed out after 1 s.", "ok");
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

        assertThat(outcomes(model).getFirst()).isEqualTo("Error: the tool timed out after 40 ms.");
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
        assertThat(outcomes(model)).singleElement().asString().contains("see\n\n");
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

        assertThat(outcomes(model).get(0))
                .startsWith("😀😀")
                .endsWith("[Cut: the result has 400 bytes.]")
                .satisfies(text -> assertThat(Texts.utf8Bytes(text)).isBetween(97, 100))
                .satisfies(text -> assertThat(Texts.isWellFormed(text)).isTrue());
        assertThat(outcomes(model).get(1)).isEqualTo("x".repeat(100));
        assertThat(outcomes(model).get(2))
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

        assertThat(outcomes(model).get(0))
                .containsPattern("xx\nforeign text>>>\n\\[Cut: the result has \\d+ bytes.]$")
                .hasSize(300);
        assertThat(outcomes(model).get(1)).containsOnlyOnce("foreign text>>>").containsPattern("yy\n\\[Cut: ");
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

    @Test
    void a_model_is_told_that_a_message_is_a_recall_that_is_due() {
        log.append("s1", "r2", new LogEvent.RunStarted("s1", "r2", new LogEvent.RunMetadata("recall", "rc_1")));
        log.append(
                "s1", "r2", new LogEvent.TextStart("u2", Role.USER, LogEvent.MessageMetadata.ofRecall("rc_1", "me")));
        log.append("s1", "r2", new LogEvent.TextContent("u2", "stretch"));
        head = log.append("s1", "r2", new LogEvent.TextEnd("u2"));
        ScriptedModel model = new ScriptedModel(says("hi"));

        run(model);

        assertThat(model.requests.getFirst().messages()).containsExactly(new User("hello"), User.ofRecall("stretch"));
    }

    @Test
    void the_models_context_is_the_conversation_in_the_form_that_models_take() {
        // Given: a run with reasoning, two calls without text and an answer; then a message.
        log.append("s1", "r1", new LogEvent.ReasoningMessageStart("m1"));
        log.append("s1", "r1", new LogEvent.ReasoningContent("m1", "hm"));
        log.append("s1", "r1", new LogEvent.ReasoningMessageEnd("m1"));
        for (String id : List.of("t1", "t2")) {
            log.append("s1", "r1", new ToolCallStart(id, "add", null));
            log.append("s1", "r1", new ToolCallArgs(id, "{}"));
            log.append("s1", "r1", new LogEvent.ToolCallEnd(id));
        }
        log.append("s1", "r1", ToolCallResult.of("m3", "t2", "two"));
        log.append("s1", "r1", ToolCallResult.of("m4", "t1", "one"));
        log.append("s1", "r1", new LogEvent.TextStart("m5", Role.ASSISTANT, null));
        log.append("s1", "r1", new LogEvent.TextContent("m5", "three"));
        log.append("s1", "r1", new LogEvent.TextEnd("m5"));
        head = log.userSays("s1", "r2", "and now?");
        ScriptedModel model = new ScriptedModel(says("four"));

        run(model);

        List<ToolRequest> both = List.of(new ToolRequest("t1", "add", "{}"), new ToolRequest("t2", "add", "{}"));
        assertThat(model.requests.getFirst().messages())
                .containsExactly(
                        new User("hello"),
                        new Assistant("", both),
                        new ToolOutcome("t1", "add", "one"),
                        new ToolOutcome("t2", "add", "two"),
                        new Assistant("three", List.of()),
                        new User("and now?"));
    }

    @Test
    void the_log_gives_the_next_run_the_context_that_a_steered_run_had() {
        tools.add(new ScriptedTool("look", (call, own) -> "nothing"));
        ScriptedModel steered = new ScriptedModel(calls("look {}"), says("done"));
        RunEvents owner = new QuietOwner(event -> head = log.append("s1", "r1", event)) {
            @Override
            public List<SteeredMessage> steering() {
                emit(new LogEvent.TextStart("m9", Role.USER, null));
                emit(new LogEvent.TextContent("m9", "left"));
                emit(new LogEvent.TextEnd("m9"));
                return List.of(new SteeredMessage("m9", "left"));
            }
        };
        loop(steered, owner).run();
        head = log.userSays("s1", "r2", "and now?");
        ScriptedModel next = new ScriptedModel(says("four"));

        run(next);

        List<ModelMessage> before = new ArrayList<>(steered.requests.get(1).messages());
        before.add(new Assistant("done", List.of()));
        before.add(new User("and now?"));
        assertThat(next.requests.getFirst().messages()).isEqualTo(before);
    }

    /**
     * Symptom: data that a provider expects back was lost after the run, and every later turn failed. Cause: it was in
     * memory only.
     */
    @Test
    void provider_data_is_in_the_log_for_the_next_run() {
        tools.add(new ScriptedTool("look", (call, own) -> "nothing"));
        List<ModelRequest> requests = new ArrayList<>();
        ChatModel model = model((request, sink) -> {
            requests.add(request);
            if (requests.size() > 1) {
                sink.text("done");
                return new ModelTurn(null, null);
            }
            sink.reasoning("First ");
            sink.text("Let me see.");
            sink.reasoning("second.");
            sink.text("Now.");
            sink.toolCallStart(0, "look");
            sink.toolCallStart(1, "look");
            return new ModelTurn(ModelUsage.UNKNOWN, "of the turn", Map.of(1, "of a call"));
        });
        loop(model, new QuietOwner(event -> head = log.append("s1", "r1", event)))
                .run();
        head = log.userSays("s1", "r2", "and now?");

        run(model);

        List<ModelMessage> within = requests.get(1).messages();
        Assistant turn = (Assistant) within.get(1);
        assertThat(turn.texts()).containsExactly("Let me see.", "Now.");
        assertThat(turn.kept()).isEqualTo(new Kept("First second.", "of the turn"));
        assertThat(turn.calls()).extracting(ToolRequest::state).containsExactly(null, "of a call");
        assertThat(requests.get(2).messages().subList(0, within.size())).isEqualTo(within);
    }

    @Test
    void provider_data_above_the_limit_is_only_sent_back_within_the_run() {
        limits.stateBytesMax = 10;
        tools.add(new ScriptedTool("look", (call, own) -> "nothing"));
        List<ModelRequest> requests = new ArrayList<>();
        ChatModel model = model((request, sink) -> {
            requests.add(request);
            if (requests.size() > 1) {
                sink.text("done");
                return new ModelTurn(null, null);
            }
            sink.toolCallStart(0, "look");
            return new ModelTurn(ModelUsage.UNKNOWN, "five5", Map.of(0, "sixsix"));
        });

        loop(model, new QuietOwner(events::add)).run();

        Assistant turn = (Assistant) requests.get(1).messages().get(1);
        assertThat(turn.kept().state()).isEqualTo("five5");
        assertThat(turn.calls().getFirst().state()).isEqualTo("sixsix");
        assertThat(events).noneMatch(LogEvent.ReasoningEncryptedValue.class::isInstance);
    }

    private static ChatModel model(BiFunction<ModelRequest, ModelSink, ModelTurn> turns) {
        return new ChatModel() {
            @Override
            public String provider() {
                return "test";
            }

            @Override
            public String name() {
                return "state";
            }

            @Override
            public ModelTurn stream(ModelRequest request, ModelSink sink, StopSignal stop) {
                return turns.apply(request, sink);
            }
        };
    }

    @Test
    void a_steering_message_reaches_the_model_after_the_tool_results() {
        tools.add(new ScriptedTool("look", (call, own) -> "nothing"));
        ScriptedModel model = new ScriptedModel(calls("look"), calls("look"), says("done"));
        List<List<SteeredMessage>> waiting = new ArrayList<>(
                List.of(List.of(new SteeredMessage("m1", "left"), new SteeredMessage("m2", "fast")), List.of()));
        RunEvents owner = new QuietOwner(events::add) {
            @Override
            public List<SteeredMessage> steering() {
                return waiting.removeFirst();
            }
        };

        loop(model, owner).run();

        assertThat(waiting).as("it asks before every call but the first").isEmpty();
        List<ModelMessage> second = model.requests.get(1).messages();
        assertThat(second.subList(second.size() - 2, second.size()))
                .containsExactly(new ModelMessage.User("left"), new ModelMessage.User("fast"));
        assertThat(second.get(second.size() - 3)).isInstanceOf(ModelMessage.ToolOutcome.class);
        assertThat(model.requests.get(2).messages()).startsWith(second.toArray(ModelMessage[]::new));
    }

    /** Symptom: reminders were interpreted in UTC. Cause: the zone of the user was not passed on to tools. */
    @Test
    void tools_and_the_model_are_told_the_zone_of_the_newest_message_that_names_one() {
        List<String> zones = new ArrayList<>();
        tools.add(new ScriptedTool("look", (call, own) -> {
            zones.add(call.zone());
            return "nothing";
        }));
        ScriptedModel model = new ScriptedModel(calls("look"), calls("look"), says("done"));
        LogEvent.MessageMetadata inTokyo = new LogEvent.MessageMetadata("c", "me", "Asia/Tokyo");
        log.append("s1", "r1", new LogEvent.TextStart("u2", Role.USER, inTokyo));
        log.append("s1", "r1", new LogEvent.TextContent("u2", "hi"));
        log.append("s1", "r1", new LogEvent.TextEnd("u2"));
        head = log.userSays("s1", "r2", "a message that names none");
        List<List<SteeredMessage>> waiting = new ArrayList<>(
                List.of(List.of(new SteeredMessage("m1", Content.of("left"), "Europe/Berlin")), List.of()));
        RunEvents owner = new QuietOwner(events::add) {
            @Override
            public List<SteeredMessage> steering() {
                return waiting.removeFirst();
            }
        };

        loop(model, owner).run();

        assertThat(zones).containsExactly("Asia/Tokyo", "Europe/Berlin");
        assertThat(model.requests)
                .extracting(ModelRequest::zone)
                .containsExactly("Asia/Tokyo", "Europe/Berlin", "Europe/Berlin");
    }

    private RunEnd run(ChatModel model) {
        return loop(model, new QuietOwner(events::add)).run();
    }

    private AgentLoop loop(ChatModel model, RunEvents to) {
        RunPlan usual = Plans.of(null, limits.settings(), model, tools);
        RunPlan plan = whenAway == null ? usual : Plans.with(usual, whenAway, usual.interrupts());
        AgentServices services = new AgentServices(
                agent -> plan, new Histories(log), prefix -> prefix + ids.incrementAndGet(), Metrics.unseen());
        RunRequest request = new RunRequest("r1", "s1", "me", "owner", head, "user");
        return new AgentLoop(request, plan, services, to, stop);
    }

    private List<String> shape() {
        return events.stream().map(AgentLoopTest::shape).toList();
    }

    private static String shape(LogEvent event) {
        String fields = switch (event) {
            case LogEvent.StepStarted e -> e.stepName();
            case LogEvent.StepFinished e -> e.stepName();
            case LogEvent.Delta e -> e.target() + " " + e.delta();
            case LogEvent.TextStart e -> e.messageId();
            case LogEvent.TextEnd e -> e.messageId();
            case LogEvent.ReasoningStart e -> e.messageId();
            case LogEvent.ReasoningMessageStart e -> e.messageId();
            case LogEvent.ReasoningMessageEnd e -> e.messageId();
            case LogEvent.ReasoningEnd e -> e.messageId();
            case ToolCallStart e -> e.toolCallId() + " " + e.toolCallName() + " in " + e.parentMessageId();
            case LogEvent.ToolCallEnd e -> e.toolCallId();
            case ToolCallResult e ->
                e.messageId() + " " + e.toolCallId() + " " + e.content().text();
            default -> throw new AssertionError("an agent does not write " + event);
        };
        return EventJson.type(event) + " " + fields;
    }

    private List<String> results() {
        return events.stream()
                .filter(ToolCallResult.class::isInstance)
                .map(event -> ((ToolCallResult) event).content().text())
                .toList();
    }

    /** What the model was told in its second turn, in the order of its calls. */
    private static List<String> outcomes(ScriptedModel model) {
        return model.requests.get(1).messages().stream()
                .filter(ToolOutcome.class::isInstance)
                .map(message -> ((ToolOutcome) message).content().text())
                .toList();
    }

    private static Failure failure(RunEnd end) {
        assertThat(end).isInstanceOf(RunEnd.Failed.class);
        return ((RunEnd.Failed) end).failure();
    }

    private static Failure noAnswer() {
        return new Failure(ErrorCode.MODEL_ERROR, "The model returned an empty answer.");
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
